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

/** A check without a result does not appear in the answer. */
type Check = () => CheckResult | undefined | Promise<CheckResult | undefined>;

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
    const checks: Record<string, CheckResult> = {};
    await Promise.all(
      [...this.checks].map(async ([name, check]) => {
        const result = await check();
        if (result) checks[name] = result;
      }),
    );
    const statuses = Object.values(checks).map(({ status }) => status);
    return { status: this.overall(statuses), checks };
  }

  private overall(statuses: readonly CheckStatus[]): CheckStatus {
    if (this.isStopping || statuses.includes('unavailable')) return 'unavailable';
    return statuses.includes('degraded') ? 'degraded' : 'ok';
  }
}
