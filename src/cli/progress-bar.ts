const WIDTH = 30;

/** A number that grows. */
interface Progress {
  done: number;
  /** Unknown when null; then there is only a count. */
  total: number | null;
  unit: string;
}

/** One line of a terminal that is drawn again and again. Elsewhere, as in a log, it draws nothing. */
export class ProgressBar {
  private readonly output: NodeJS.WriteStream;

  /** Without a parameter property: benches run it by Node, which only strips types. */
  constructor(output: NodeJS.WriteStream) {
    this.output = output;
  }

  /** @param found counts that are shown behind the bar, those of nothing left out */
  draw(label: string, progress: Progress, found: Readonly<Record<string, number>> = {}): void {
    if (!this.output.isTTY) return;
    const { done, total, unit } = progress;
    const ofTotal = total === null ? '' : ` of ${total.toLocaleString('en')}`;
    const counts = Object.entries(found)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `, ${count.toLocaleString('en')} ${name}`);
    const count = `${done.toLocaleString('en')}${ofTotal} ${unit}${counts.join('')}`;
    this.output.write(`\r\x1b[K${label.padEnd(8)} ${bar(done, total)}${count}`);
  }

  clear(): void {
    if (this.output.isTTY) this.output.write('\r\x1b[K');
  }
}

function bar(done: number, total: number | null): string {
  if (total === null) return '';
  const share = total === 0 ? 1 : Math.min(done / total, 1);
  const filled = Math.round(share * WIDTH);
  const percent = `${Math.floor(share * 100)}`.padStart(3);
  return `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${percent} %  `;
}
