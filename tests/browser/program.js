// The program under test, serving files on a free port.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The invented offices of the repository. */
export const SAMPLES = `${ROOT}samples`;

/**
 * The answer to a GET.
 *
 * The server may close a connection that rested for long just when it is used again; then it is asked anew, as
 * browsers do.
 */
export function get(url, options) {
  return fetch(url, options).catch(() => fetch(url, options));
}

/**
 * Serves `path`; `origin` is without a slash at the end.
 *
 * @returns {Promise<{origin: string, stop: () => Promise<void>}>}
 */
export async function serve(path) {
  const program = process.env.TORIKUMI_PROGRAM;
  if (!program) throw new Error('TORIKUMI_PROGRAM names no program; see tests/browser/run');
  const child = spawn(program, ['serve', path, '--listen', '127.0.0.1:0'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => { said += text; });
  const ended = once(child, 'exit');
  const address = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([line]) => line),
    ended.then(([status]) => { throw new Error(`the server ended with ${status}: ${said}`); }),
  ]);
  return {
    origin: address.replace(/\/$/, ''),
    async stop() {
      child.kill('SIGTERM');
      const [status] = await ended;
      if (status !== 0) throw new Error(`the server ended with ${status}: ${said}`);
    },
  };
}
