const WIDTH = 30;

/** A growing number. */
interface Progress {
  done: number;
  /** Null when it is unknown. */
  total: number | null;
  unit: string;
}

/** Redraws one line of a terminal. It draws nothing when the output is not a terminal. */
export class ProgressBar {
  private readonly output: NodeJS.WriteStream;

  /** No parameter property, because Node runs this file for benches and only strips types. */
  constructor(output: NodeJS.WriteStream) {
    this.output = output;
  }

  /** @param found counts to show behind the bar; zeros are left out */
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
