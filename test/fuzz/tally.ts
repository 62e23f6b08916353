import { errorCodesOf, type Operation } from '../../scripts/openapi/operations.ts';
import { catalogue } from '../../src/common/errors/catalogue.ts';
import type { Contract } from '../support/contract.ts';
import type { Exchange, Wire } from './http.ts';
import { provocationOf } from './provocations.ts';

/** Errors of a service that is not configured for the request. */
const NOT_CONFIGURED: readonly string[] = ['messages_unavailable', 'encryption_unavailable'];

const KEPT_VIOLATIONS = 50;

/** Counts responses, and records those that violate the contract. */
export class Tally {
  requests = 0;
  unanswered = 0;
  withValidToken = 0;
  serverErrors = 0;
  notProblems = 0;
  undocumented = 0;
  slowest = { milliseconds: 0, request: '' };
  readonly violations: string[] = [];
  private readonly seen = new Map<Operation, Map<string, number>>();

  private readonly operations: readonly Operation[];
  private readonly contract: Contract;

  constructor(operations: readonly Operation[], contract: Contract) {
    this.operations = operations;
    this.contract = contract;
    for (const operation of operations) this.seen.set(operation, new Map());
  }

  count(operation: Operation | undefined, exchange: Exchange | undefined, wire?: Wire): void {
    this.requests += 1;
    if (!exchange) {
      this.unanswered += 1;
      return;
    }
    const { status, milliseconds } = exchange;
    const name = wire ? `${wire.method} ${wire.path}` : `${operation?.method} ${operation?.path}`;
    if (milliseconds > this.slowest.milliseconds) {
      this.slowest = { milliseconds, request: name.slice(0, 100) };
    }
    const code = status >= 400 ? problemCode(exchange) : undefined;
    if (operation) this.see(operation, String(status), code);
    const violation = this.violationIn(operation, exchange, code);
    if (violation && this.violations.length < KEPT_VIOLATIONS) {
      const { headers = [], body } = wire ?? {};
      const sent = [
        name,
        JSON.stringify(headers),
        body instanceof Buffer ? body.toString('latin1').slice(0, 2_000) : '',
      ];
      this.violations.push(`${violation}: ${status} ${exchange.text}\n  ${sent.join('\n  ')}`);
    }
  }

  /** Documented responses that no request produced, except those that no request can. */
  missing(): string[] {
    return this.operations.flatMap((operation) => {
      const seen = this.seen.get(operation);
      const name = `${operation.method.toUpperCase()} ${operation.path}`;
      const codes = errorCodesOf(operation).filter(
        (code) => typeof provocationOf(code) !== 'string' && !seen?.has(code),
      );
      const statuses = [...operation.statuses]
        .filter(([status, codes]) => status !== 'default' && codes.length === 0)
        .map(([status]) => status)
        .filter((status) => !seen?.has(status));
      return [...statuses, ...codes].map((answer) => `${name}: ${answer}`);
    });
  }

  /** One line per operation with the number of each response. */
  table(): string[] {
    return this.operations.map((operation) => {
      const counts = [...(this.seen.get(operation) ?? [])]
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([answer, count]) => `${answer} ${count}`);
      return `${operation.method.toUpperCase()} ${operation.path}: ${counts.join(', ')}`;
    });
  }

  private see(operation: Operation, ...answers: (string | undefined)[]): void {
    const counts = this.seen.get(operation);
    for (const answer of answers) {
      if (answer !== undefined) counts?.set(answer, (counts.get(answer) ?? 0) + 1);
    }
  }

  private violationIn(
    operation: Operation | undefined,
    exchange: Exchange,
    code: string | undefined,
  ): string | undefined {
    const { status } = exchange;
    if (status >= 500 && !NOT_CONFIGURED.includes(code ?? '')) {
      this.serverErrors += 1;
      return 'server error';
    }
    if (status >= 400 && code === undefined) {
      this.notProblems += 1;
      return 'not a problem document';
    }
    const undocumented = operation && this.contractErrorIn(operation, exchange);
    if (undocumented) this.undocumented += 1;
    return undocumented;
  }

  private contractErrorIn({ method, path }: Operation, exchange: Exchange): string | undefined {
    const body = parse(exchange.text);
    try {
      this.contract.check(method.toUpperCase(), `http://localhost${path}`, { ...exchange, body });
    } catch (error) {
      return String(error);
    }
    return undefined;
  }
}

/** The code of an RFC 9457 document that matches the catalogue. Undefined for anything else. */
function problemCode({ status, headers, text }: Exchange): string | undefined {
  if (headers.get('content-type')?.startsWith('application/problem+json') !== true)
    return undefined;
  const problem = parse(text) as { code?: unknown; status?: unknown } | undefined;
  const code = String(problem?.code);
  return code in catalogue && problem?.status === status ? code : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
