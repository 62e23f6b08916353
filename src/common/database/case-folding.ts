import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** ASCII without control characters. */
const ASCII = /^[ -~]*$/;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * Folds case exactly as the unique indexes on `lower(...)` do. JavaScript and PostgreSQL fold some
 * letters differently, and PostgreSQL by the locale of the database: `İ` is one or two characters in
 * lower case. A counter with another rule than the look-up could be evaded by another spelling.
 */
@Injectable()
export class CaseFolding {
  private isAsciiUsual: Promise<boolean> | undefined;

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * @param manager of the transaction that the caller is in, if any. Another connection would be
   *   taken otherwise: transactions that each wait for a second one can use up the pool.
   */
  async fold(text: string, manager = this.dataSource.manager): Promise<string> {
    if (ASCII.test(text) && (await this.foldsAsciiAsUsual(manager))) return text.toLowerCase();
    return this.foldInDatabase(text, manager);
  }

  /** Whether a look-up takes one text for the other. */
  async isSame(one: string, other: string, manager?: EntityManager): Promise<boolean> {
    if (one === other) return true;
    return (await this.fold(one, manager)) === (await this.fold(other, manager));
  }

  /** Not so in Turkish, where the lower case of `I` is `ı`. */
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
