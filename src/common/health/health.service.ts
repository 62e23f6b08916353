import { Injectable } from '@nestjs/common';
import { PostgresCheck } from './postgres-check.js';

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

/**
 * Readiness, as a register of checks. PostgreSQL is indispensable; features register parts whose
 * loss only degrades the service.
 */
@Injectable()
export class HealthService {
  private readonly checks = new Map<string, Check>();
  isStopping = false;

  constructor(postgres: PostgresCheck) {
    this.register('postgres', () => postgres.check());
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
}
