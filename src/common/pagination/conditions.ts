/** Builds SQL conditions together with their numbered parameters. */
export class Conditions {
  readonly parameters: unknown[] = [];
  private readonly parts: string[] = [];

  constructor(...fixed: string[]) {
    this.parts.push(...fixed);
  }

  and(condition: string): this {
    this.parts.push(condition);
    return this;
  }

  /** @param sql receives the placeholder of the value, such as `$3` */
  add(value: unknown, sql: (placeholder: string) => string): this {
    this.parts.push(sql(this.bind(value)));
    return this;
  }

  bind(value: unknown): string {
    this.parameters.push(value);
    return `$${this.parameters.length}`;
  }

  /** The conditions with their values. A cursor is valid for these only. */
  get identity(): unknown {
    return [this.parts, this.parameters];
  }

  where(...extra: string[]): string {
    const all = [...this.parts, ...extra];
    return all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`;
  }
}
