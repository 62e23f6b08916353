import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** ASCII without control characters. */
const ASCII = /^[ -~]*$/;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * Folds case exactly like the unique indexes on `lower(...)`. JavaScript and PostgreSQL fold some letters
 * differently, and PostgreSQL depends on the locale of the database. If counters and look-ups folded
 * differently, another spelling of a name could evade a counter.
 */
@Injectable()
export class CaseFolding {
  private isAsciiUsual: Promise<boolean> | undefined;

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * @param manager of the caller's transaction, if any. Otherwise the call takes another connection, and
   *   transactions that wait for a second connection can exhaust the pool.
   */
  async fold(text: string, manager = this.dataSource.manager): Promise<string> {
    if (ASCII.test(text) && (await this.foldsAsciiAsUsual(manager))) return text.toLowerCase();
    return this.foldInDatabase(text, manager);
  }

  /** Whether a look-up treats both texts as equal. */
  async isSame(one: string, other: string, manager?: EntityManager): Promise<boolean> {
    if (one === other) return true;
    return (await this.fold(one, manager)) === (await this.fold(other, manager));
  }

  /** False for a Turkish locale, where the lower case of `I` is `ı`. */
  private foldsAsciiAsUsual(manager: EntityManager): Promise<boolean> {
    this.isAsciiUsual ??= this.foldInDatabase(LETTERS, manager).then(
      (folded) => folded === LETTERS.toLowerCase(),
      (error: unknown) => {
        this.isAsciiUsual = undefined; // asked again when PostgreSQL is back
        throw error;
      },
    );
    return this.isAsciiUsual;
  }

  private async foldInDatabase(text: string, manager: EntityManager): Promise<string> {
    const [row] = await manager.query<[{ folded: string }]>('SELECT lower($1::text) AS folded', [
      text,
    ]);
    return row.folded;
  }
}
