import { Injectable } from '@nestjs/common';
import { type FoundKey, PostgresRevocations } from '../revocation/postgres-revocations.js';

const LARGEST_BATCH = 1_000;

interface Waiting {
  hash: string;
  resolve: (found: FoundKey | undefined) => void;
  reject: (error: unknown) => void;
}

/**
 * Looks up API keys in batches, with one statement at a time. A thousand clients after a restart, or a
 * flood of invented keys, therefore use only one connection of the session check.
 */
@Injectable()
export class KeyLookUps {
  private waiting: Waiting[] = [];
  private isRunning = false;

  constructor(private readonly postgres: PostgresRevocations) {}

  /** @param hash SHA-256 of the key in hexadecimal digits @returns undefined when there is none */
  ask(hash: string): Promise<FoundKey | undefined> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ hash, resolve, reject });
      if (!this.isRunning) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, LARGEST_BATCH);
      try {
        const found = await this.postgres.findKeys(batch.map(({ hash }) => hash));
        const byHash = new Map(found.map((key) => [key.hash, key]));
        for (const { hash, resolve } of batch) resolve(byHash.get(hash));
      } catch (error) {
        // Fails the keys that came meanwhile as well: they would wait for PostgreSQL twice as long.
        for (const { reject } of [...batch, ...this.waiting.splice(0)]) reject(error);
      }
    }
    this.isRunning = false;
  }
}
