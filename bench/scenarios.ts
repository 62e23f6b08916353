import type { Request } from './load.ts';

export interface Scenario {
  name: string;
  /** The least ratio that performance.md of the design calls acceptable now. */
  floor: number;
  request: Request;
}

const quoted = (text: string): string => `'${text}'`;

/** Expressions in Lua; `n` counts requests, `start` makes the values of a run its own. */
export const scenarios: readonly Scenario[] = [
  { name: 'no database', floor: 0.7, request: { method: 'GET', path: quoted('/health/live') } },
  {
    name: 'customer by id',
    floor: 0.7,
    request: { method: 'GET', path: `'/api/v1/customers/' .. ids[n % #ids + 1]` },
  },
  {
    name: '20 youngest',
    floor: 0.7,
    request: { method: 'GET', path: quoted('/api/v1/customers?n=20') },
  },
  { name: 'first page', floor: 0.7, request: { method: 'GET', path: quoted('/api/v1/customers') } },
  {
    name: 'create',
    floor: 0.7,
    request: {
      method: 'POST',
      path: quoted('/api/v1/customers'),
      body: `'{"name":"Ada Lovelace","email":"b' .. (start + n) .. math.random(1000000000) .. '@example.com","dob":"1990-04-30","country":"GB"}'`,
    },
  },
  {
    name: 'update',
    floor: 0.7,
    request: {
      method: 'PATCH',
      path: `'/api/v1/customers/' .. ids[n % #ids + 1]`,
      body: `'{"name":"Name ' .. math.random(1000000000) .. '"}'`,
      headers: { 'If-Match': '*' },
    },
  },
];
