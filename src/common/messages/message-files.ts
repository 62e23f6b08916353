import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../logging/log.js';
import type { Deliver } from './message.js';

/** Writes each message to a file, for development. The log contains only the name of the file. */
export function messageFiles(folder: string, log: Log): Deliver {
  return async (message) => {
    const time = new Date().toISOString().replaceAll(':', '-');
    const file = join(folder, `${time}-${message.channel}-${randomUUID().slice(0, 8)}.txt`);
    const head = [`To: ${message.to}`];
    if (message.channel === 'email') head.push(`Subject: ${message.subject}`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(file, `${head.join('\n')}\n\n${message.text}\n`, { mode: 0o600 });
    log.info({ file }, 'A message was written to a file');
  };
}
