import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Periodic } from '../../../common/lifecycle/periodic.js';
import { Log } from '../../../common/logging/log.js';
import { CustomerImportRowsRepository } from '../merging/customer-import-rows.repository.js';
import { CustomerImportsRepository } from './customer-imports.repository.js';
import { INTERRUPTED } from './import-failures.js';

/** Milliseconds. */
const PAUSE = 5_000;

/** Fails the imports of dead processes of any instance, and removes staged rows of ended imports. */
@Injectable()
export class ImportSweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly loop: Periodic;

  constructor(
    private readonly jobs: CustomerImportsRepository,
    private readonly rows: CustomerImportRowsRepository,
    log: Log,
  ) {
    this.loop = new Periodic(log, {
      pause: PAUSE,
      failure: 'Abandoned imports cannot be cleaned up',
      run: () => this.sweep(),
    });
  }

  onApplicationBootstrap(): void {
    this.loop.start(0);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** Removes the rows of an import that has ended from the staging table. */
  async clear(id: string): Promise<void> {
    await this.rows.remove(id);
    await this.jobs.markCleared(id);
  }

  private async sweep(): Promise<void> {
    await this.jobs.failAbandoned(INTERRUPTED);
    for (const id of await this.jobs.listLeftBehind()) await this.clear(id);
  }
}
