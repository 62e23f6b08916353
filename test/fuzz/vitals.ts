/** Milliseconds. */
const INTERVAL = 1_000;

/** Reads the memory and the event-loop delay from the metrics of a server once a second. */
export class Vitals {
  private readonly heaps: number[] = [];
  private readonly delays: number[] = [];
  private residentMemory = 0;
  private readonly timer: NodeJS.Timeout;

  private readonly url: string;

  constructor(url: string) {
    this.url = url;
    this.timer = setInterval(() => void this.read().catch(() => undefined), INTERVAL);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** The longest delay since the previous call, in milliseconds. */
  async delaySinceLast(): Promise<number> {
    return 1_000 * valueOf(await this.metrics(), 'nodejs_eventloop_lag_max_seconds');
  }

  lines(): string[] {
    // The minimum of several samples is close to the heap after a garbage collection.
    const part = Math.max(1, Math.floor(this.heaps.length / 5));
    const [first, last] = [this.heaps.slice(0, part), this.heaps.slice(-part)];
    const [before, after] = [Math.min(...first), Math.min(...last)];
    const sorted = this.delays.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    return [
      `heap                    ${mebibytes(before)} MiB in the first fifth, ${mebibytes(after)} in the last`,
      `resident memory         ${mebibytes(this.residentMemory)} MiB at the end`,
      `event-loop delay        at most ${milliseconds(Math.max(0, ...sorted))} ms; median of the maxima of each second ${milliseconds(median)} ms`,
    ];
  }

  private async metrics(): Promise<string> {
    return (await fetch(`${this.url}/metrics`)).text();
  }

  private async read(): Promise<void> {
    const text = await this.metrics();
    this.heaps.push(valueOf(text, 'nodejs_heap_size_used_bytes'));
    this.delays.push(valueOf(text, 'nodejs_eventloop_lag_max_seconds'));
    this.residentMemory = valueOf(text, 'process_resident_memory_bytes');
  }
}

function valueOf(metrics: string, name: string): number {
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(metrics)?.[1]);
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

function milliseconds(seconds: number): string {
  return (seconds * 1_000).toFixed(0);
}
