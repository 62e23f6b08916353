const WIDTH = 30;

/** One line on a terminal that is redrawn. Writes nothing elsewhere, because it would fill a log. */
export class ProgressBar {
  private readonly output: NodeJS.WriteStream;

  constructor(output: NodeJS.WriteStream) {
    this.output = output;
  }

  /** @param total unknown when null: then there is only a count */
  draw(label: string, done: number, total: number | null, unit: string): void {
    if (!this.output.isTTY) return;
    const count = `${done.toLocaleString('en')}${total === null ? '' : ` of ${total.toLocaleString('en')}`}`;
    this.output.write(`\r\x1b[K${label.padEnd(8)} ${bar(done, total)}${count} ${unit}`);
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
