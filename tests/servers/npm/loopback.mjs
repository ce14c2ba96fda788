// What both servers share: they listen on loopback only, say so in one line of JSON, and end with whoever started them.
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

/** The flags of the command line: every one is text, `--port` is there always and 0 asks for a free one. */
export function flags(...names) {
  const options = Object.fromEntries(['port', ...names].map((name) => [name, { type: 'string' }]));
  return { port: '0', ...parseArgs({ options }).values };
}

/** A server that listens but answers nothing yet: an issuer has to know its own address before it can be made. */
export async function listen(port) {
  const server = createServer();
  await new Promise((resolve, reject) => {
    server.once('error', reject).listen(Number(port), '127.0.0.1', resolve);
  });
  return { server, origin: `http://127.0.0.1:${server.address().port}` };
}

/** Tells the starter that requests are answered now; the end of standard input is the end of the starter. */
export function ready(url) {
  process.stdout.write(`${JSON.stringify({ url })}\n`);
  process.stdin.on('end', () => process.exit()).resume();
}
