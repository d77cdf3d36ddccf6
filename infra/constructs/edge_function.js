// The one address of a stage: what a viewer asks becomes what the two APIs behind CloudFront understand.
// CloudFront Functions, runtime cloudfront-js-2.0: no modules, no network, 1 ms.

var SOCKETS = '/api/v3/ws/ws';
// The stage of the WebSocket API, which is the only path that it has.
var SOCKETS_STAGE = '/v1';

function handler(event) {
  var request = event.request;
  authorizeByKey(request.headers);
  // The gateway takes CloudFront for the caller. Whatever a viewer says of itself is written over.
  request.headers['x-viewer-address'] = { value: event.viewer.ip };
  request.uri = request.uri.replace(/\/+$/, '') || '/';
  if (request.uri !== SOCKETS && request.uri.indexOf(SOCKETS) === 0) {
    var target = targetOf(request.uri.slice(SOCKETS.length));
    if (!target) return notFound(event.context.requestId);
    request.querystring.target = { value: target.kind };
    request.querystring.target_id = { value: target.number };
    request.uri = SOCKETS_STAGE;
  } else if (request.uri === SOCKETS) {
    request.uri = SOCKETS_STAGE;
  }
  return request;
}

// An API key travels as a bearer token; a token that was sent wins.
function authorizeByKey(headers) {
  if (headers['x-api-key'] && !headers.authorization) {
    headers.authorization = { value: 'Bearer ' + headers['x-api-key'].value };
  }
}

// '/workflow/7' is { kind: 'workflow', number: '7' }; anything but a workflow or a user is nothing.
function targetOf(rest) {
  var parts = rest.split('/');
  if (parts.length !== 3 || parts[0] !== '' || !parts[2]) return null;
  if (parts[1] !== 'workflow' && parts[1] !== 'user') return null;
  return { kind: parts[1], number: parts[2] };
}

function notFound(requestId) {
  var error = { code: 'NOT_FOUND', message: 'There is nothing under this path.', request_id: requestId };
  return {
    statusCode: 404,
    statusDescription: 'Not Found',
    headers: { 'content-type': { value: 'application/json' }, 'cache-control': { value: 'no-store' } },
    body: { encoding: 'text', data: JSON.stringify({ error: error }) },
  };
}
