import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

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

  async fold(text: string): Promise<string> {
    if (ASCII.test(text) && (await this.foldsAsciiAsUsual())) return text.toLowerCase();
    return this.foldInDatabase(text);
  }

  /** Whether a look-up takes one text for the other. */
  async isSame(one: string, other: string): Promise<boolean> {
    return one === other || (await this.fold(one)) === (await this.fold(other));
  }

  /** Not so in Turkish, where the lower case of `I` is `ı`. */
  private foldsAsciiAsUsual(): Promise<boolean> {
    this.isAsciiUsual ??= this.foldInDatabase(LETTERS).then(
      (folded) => folded === LETTERS.toLowerCase(),
      (error: unknown) => {
        this.isAsciiUsual = undefined; // asked again when PostgreSQL is back
        throw error;
      },
    );
    return this.isAsciiUsual;
  }

  private async foldInDatabase(text: string): Promise<string> {
    const [row] = await this.dataSource.query<[{ folded: string }]>(
      'SELECT lower($1::text) AS folded',
      [text],
    );
    return row.folded;
  }
}
