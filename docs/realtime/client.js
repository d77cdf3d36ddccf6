// A client of the real-time API that comes back by itself and misses nothing: one file, no dependencies, for browsers
// and Node from 22 on. Each room's events are handed on once and in the order of their numbers.
//
//   const live = new Realtime({ url: 'wss://example.org', token: async () => freshAccessToken() });
//   live.join('workflow_7', (event) => console.log(event.seq, event.event, event.data), { events: ['run.*'] });
//   live.onStatus = (status) => console.log(status);   // connecting, open, waiting, closed
//   live.leave('workflow_7'); live.close();

const DEFAULTS = {
  connectionId: `js_${Math.random().toString(36).slice(2, 12)}`,
  firstPause: 500, // ms before the first try again; it doubles with each, and a random part of it is waited
  longestPause: 30_000,
  pingEvery: 60_000, // the server hangs up on who says nothing for ten minutes
  greetWithin: 120_000, // a socket that is not greeted in this time never will be
  answerWithin: 10_000, // a server that does not answer a ping in this time is gone, whatever the socket says
};
// The server takes 100 messages in ten seconds; whoever returns to many rooms must not be taken for a flood.
const BURST = 40;
const PER_SECOND = 5;
// Refusals that say nothing of the room: it is asked for again.
const PASSING = new Set(['DEPENDENCY_UNAVAILABLE', 'TOO_MUCH_CONTENTION', 'INTERNAL_SERVER_ERROR', 'RATE_LIMITED']);

export class Realtime {
  #options;
  #rooms = new Map();
  #socket = null;
  #failures = 0;
  #closed = false;
  #isOpen = false;
  #timers = new Set();
  #queue = [];
  #tokens = BURST;
  #filledAt = Date.now();
  #heard = 0;

  onStatus = () => {};
  onMessage = () => {}; // everything that is no event of a joined room: greetings, presence, errors
  onGap = () => {}; // what came in this room right behind the number `since` is no longer kept

  constructor(options) {
    this.#options = { WebSocket: globalThis.WebSocket, ...DEFAULTS, ...options };
    this.#connect();
  }

  // `since`: the last number that is known already; 0 for all that is kept; left out, it begins with what comes next.
  join(roomId, onEvent, { since, events } = {}) {
    this.#rooms.set(roomId, { roomId, onEvent, events, last: since, waiting: new Map(), isCatchingUp: true, heard: 0 });
    this.#enter(this.#rooms.get(roomId));
  }

  leave(roomId) {
    if (this.#rooms.delete(roomId)) this.#say({ type: 'leave_room', room_id: roomId });
  }

  // The number of the last event of a room that was handed on: what to give to `since` after a reload.
  lastOf(roomId) {
    return this.#rooms.get(roomId)?.last;
  }

  close() {
    this.#closed = true;
    this.#forget();
    this.#socket?.close(1000);
    this.onStatus('closed');
  }

  // Connection ---------------------------------------------------------------------------------------------------

  async #connect() {
    this.onStatus('connecting');
    const { url, token, connectionId } = this.#options;
    let known;
    try {
      known = typeof token === 'function' ? await token() : token;
    } catch {
      return this.#again(); // whoever gives out tokens is away too
    }
    if (this.#closed) return;
    const query = new URLSearchParams({ connection_id: connectionId, ...(known ? { token: known } : {}) });
    const socket = new this.#options.WebSocket(`${url}/api/v3/ws/ws?${query}`);
    this.#socket = socket;
    this.#after(this.#options.greetWithin, () => !this.#isOpen && this.#hangUp());
    socket.onmessage = ({ data }) => socket === this.#socket && this.#hear(JSON.parse(data));
    socket.onclose = () => socket === this.#socket && this.#again();
    socket.onerror = () => {}; // a close follows
  }

  #again() {
    this.#forget();
    this.#socket = null;
    this.#isOpen = false;
    if (this.#closed) return;
    for (const room of this.#rooms.values()) room.isCatchingUp = true;
    const { firstPause, longestPause } = this.#options;
    const longest = Math.min(longestPause, firstPause * 2 ** this.#failures++);
    this.onStatus('waiting');
    // A random part of it: all that were cut off at once must not come back at once.
    this.#after(Math.random() * longest, () => this.#connect());
  }

  #open() {
    if (this.#isOpen) return; // a greeting may come twice: one heart is enough
    this.#failures = 0;
    this.#isOpen = true;
    this.onStatus('open');
    for (const room of this.#rooms.values()) this.#enter(room);
    this.#beat();
  }

  #beat() {
    this.#after(this.#options.pingEvery, () => {
      const before = this.#heard;
      this.#say({ type: 'ping' });
      this.#after(this.#options.answerWithin, () => this.#heard === before && this.#hangUp());
      this.#beat();
    });
  }

  // A dead peer may leave `close` unanswered for minutes: what comes of this socket counts no more.
  #hangUp() {
    const socket = this.#socket;
    this.#again();
    socket?.close();
  }

  // Messages -----------------------------------------------------------------------------------------------------

  #hear(message) {
    this.#heard += 1;
    const room = this.#rooms.get(message.room_id);
    if (room) room.heard += 1;
    if (message.type === 'event' && room) return this.#take(room, message);
    if (message.type === 'joined_room' && room) return this.#entered(room, message);
    if (message.type === 'replayed' && room) return this.#replayed(room, message);
    // Two messages of one client may overtake each other: it left, came back, and was led out afterwards.
    if (message.type === 'left_room' && room) this.#comeBack(room);
    if (message.type === 'connection_established') this.#open();
    if (message.type === 'error' && !PASSING.has(message.code)) this.#rooms.delete(message.ref); // it may not be entered
    this.onMessage(message);
  }

  #comeBack(room) {
    room.isCatchingUp = true;
    this.#enter(room);
  }

  #enter(room) {
    if (!this.#isOpen) return;
    room.askedFrom = room.last;
    const since = room.last === undefined ? {} : { since: room.last };
    const events = room.events ? { events: room.events } : {};
    this.#say({ type: 'join_room', room_id: room.roomId, ref: room.roomId, ...since, ...events });
    this.#watch(room);
  }

  // A question may be lost on either way: whoever still waits, and has heard nothing since, asks again.
  #watch(room) {
    const heard = room.heard;
    this.#after(this.#options.answerWithin, () => {
      if (!room.isCatchingUp || this.#rooms.get(room.roomId) !== room) return;
      if (room.heard === heard) this.#enter(room);
      else this.#watch(room);
    });
  }

  #entered(room, { seq }) {
    if (room.last !== undefined) return; // what was missed follows, and `replayed` behind it
    room.last = seq;
    room.isCatchingUp = false;
    this.#drain(room);
  }

  // While it catches up, what is live waits: it may overtake what is read again.
  #take(room, event) {
    if (room.last !== undefined && event.seq <= room.last) return; // known already
    const isNext = room.events || event.seq === room.last + 1; // behind a filter, holes are no loss
    if (event.replayed || (isNext && !room.isCatchingUp)) {
      this.#handOn(room, event);
      if (!event.replayed) this.#drain(room);
      return;
    }
    room.waiting.set(event.seq, event);
    if (!room.isCatchingUp) this.#recover(room, room.last);
  }

  #replayed(room, { complete, more, next_since }) {
    if (complete === false) this.onGap({ roomId: room.roomId, since: room.askedFrom });
    // A room that has not come to what was asked for was restored from a backup: it counts from there.
    room.last = next_since < room.askedFrom ? next_since : Math.max(room.last ?? 0, next_since);
    if (more) return this.#recover(room, next_since);
    room.isCatchingUp = false;
    this.#drain(room);
  }

  #recover(room, since) {
    room.isCatchingUp = true;
    room.askedFrom = since;
    this.#say({ type: 'recover', room_id: room.roomId, ref: room.roomId, since });
    this.#watch(room);
  }

  #drain(room) {
    for (const seq of [...room.waiting.keys()].sort((a, b) => a - b)) {
      if (room.isCatchingUp) return;
      const event = room.waiting.get(seq);
      if (seq > room.last && !room.events && seq !== room.last + 1) return this.#recover(room, room.last);
      room.waiting.delete(seq);
      if (seq > room.last) this.#handOn(room, event);
    }
  }

  #handOn(room, event) {
    room.last = event.seq;
    room.onEvent(event);
  }

  // Sending, no faster than the server takes it ------------------------------------------------------------------

  #say(message) {
    this.#queue.push(message);
    if (this.#queue.length === 1) this.#send();
  }

  #send() {
    const now = Date.now();
    this.#tokens = Math.min(BURST, this.#tokens + ((now - this.#filledAt) / 1000) * PER_SECOND);
    this.#filledAt = now;
    while (this.#queue.length && this.#tokens >= 1) {
      this.#tokens -= 1;
      const message = this.#queue.shift();
      if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(message));
    }
    if (this.#queue.length) this.#after(1000 / PER_SECOND, () => this.#send());
  }

  #after(milliseconds, act) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, milliseconds);
    this.#timers.add(timer);
  }

  #forget() {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#queue = [];
  }
}
