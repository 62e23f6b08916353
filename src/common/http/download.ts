import { Readable } from 'node:stream';

/** Milliseconds that a client may take for one piece of a download, and for all of it. */
const STALL_LIMIT = 60_000;
const TOTAL_LIMIT = 60 * 60_000;

/**
 * Makes a stream for a client that may be slow or stop reading. It is destroyed when the client receives
 * nothing for a minute, or has not finished after an hour.
 *
 * @param onClose called once at the end of the download, also after an error
 */
export function download(
  content: AsyncIterable<Buffer | string>,
  onClose: () => void,
  { stallLimit = STALL_LIMIT, totalLimit = TOTAL_LIMIT } = {},
): Readable {
  const destroyWith = (problem: string) => () => stream.destroy(new Error(problem));
  const stalled = setTimeout(
    destroyWith('The client of a download stopped reading'),
    stallLimit,
  ).unref();
  const late = setTimeout(destroyWith('A download took too long'), totalLimit).unref();
  const stream = Readable.from(watched(content, stalled), { objectMode: false });
  stream.once('close', () => {
    clearTimeout(stalled);
    clearTimeout(late);
    onClose();
  });
  return stream;
}

async function* watched(
  content: AsyncIterable<Buffer | string>,
  timer: NodeJS.Timeout,
): AsyncGenerator<Buffer | string> {
  for await (const piece of content) {
    timer.refresh();
    yield piece;
    timer.refresh();
  }
}
