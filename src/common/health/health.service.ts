import { Injectable } from '@nestjs/common';
import { PostgresCheck } from './postgres-check.js';

export type CheckStatus = 'ok' | 'degraded' | 'unavailable';
export interface CheckResult {
  status: CheckStatus;
  /** Why the result is not `ok`. */
  reason?: string;
}
export interface Health {
  status: CheckStatus;
  checks: Record<string, CheckResult>;
}

/** A check without a result does not appear in the response. */
type Check = () => CheckResult | undefined | Promise<CheckResult | undefined>;

/**
 * Checks readiness. PostgreSQL is indispensable. Features register checks of parts whose loss only
 * degrades the service.
 */
@Injectable()
export class HealthService {
  private readonly checks = new Map<string, Check>();
  private isStopping = false;

  constructor(postgres: PostgresCheck) {
    this.register('postgres', () => postgres.check());
  }

  register(name: string, check: Check): void {
    this.checks.set(name, check);
  }

  /** From now on the instance is not ready, so that load balancers send no new requests. */
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
