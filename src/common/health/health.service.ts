import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

export type CheckStatus = 'ok' | 'degraded' | 'unavailable';
export interface CheckResult {
  status: CheckStatus;
  /** Why it is not `ok`, one word. */
  reason?: string;
}
export interface Health {
  status: CheckStatus;
  checks: Record<string, CheckResult>;
}

type Check = () => CheckResult | Promise<CheckResult>;

const POSTGRES_LIMIT = 2_000;

/** Readiness. PostgreSQL is indispensable; features register what may only degrade the service. */
@Injectable()
export class HealthService {
  private readonly checks = new Map<string, Check>();
  isStopping = false;

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {
    this.register('postgres', () => this.checkPostgres());
  }

  register(name: string, check: Check): void {
    this.checks.set(name, check);
  }

  /** From now on the instance is not ready: load balancers should send it nothing new. */
  stop(): void {
    this.isStopping = true;
  }

  async check(): Promise<Health> {
    const results = await Promise.all(
      [...this.checks].map(async ([name, check]) => [name, await check()] as const),
    );
    const statuses = results.map(([, { status }]) => status);
    return { status: this.overall(statuses), checks: Object.fromEntries(results) };
  }

  private overall(statuses: readonly CheckStatus[]): CheckStatus {
    if (this.isStopping || statuses.includes('unavailable')) return 'unavailable';
    return statuses.includes('degraded') ? 'degraded' : 'ok';
  }

  private async checkPostgres(): Promise<CheckResult> {
    const timeout = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error('timeout')), POSTGRES_LIMIT).unref();
    });
    try {
      await Promise.race([this.dataSource.query('SELECT 1'), timeout]);
      return { status: 'ok' };
    } catch {
      return { status: 'unavailable', reason: 'no_answer' };
    }
  }
}
