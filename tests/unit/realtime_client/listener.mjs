// Joins the rooms of its orders and writes down, a line each, what is handed on; orders come as lines too.
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [file, options] = process.argv.slice(2);
const { Realtime } = await import(pathToFileURL(file).href);
const tell = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const given = JSON.parse(options);
let issued = 0;
const live = new Realtime({ ...given, token: async () => `token${(issued += 1)}` });
live.onStatus = (status) => tell({ status });
live.onGap = (gap) => tell({ gap });
for await (const line of createInterface({ input: process.stdin })) {
  const { join, leave, close, ...how } = JSON.parse(line);
  if (join) live.join(join, (event) => tell({ room: join, seq: event.seq, event: event.event }), how);
  if (leave) live.leave(leave);
  if (close) {
    live.close();
    break;
  }
}
process.stdin.destroy(); // else it would keep a closed client's process alive
