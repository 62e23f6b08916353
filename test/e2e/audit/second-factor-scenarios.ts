import type { AuditAction } from '../../../src/audit/audit-actions.js';
import { PASSWORD } from '../../support/app.ts';
import { otp, secure } from '../../support/authenticator.ts';
import type { Scenario } from './audit-scenarios.ts';

type SecondFactorAction = Extract<AuditAction, `mfa_${string}` | `recovery_${string}` | 'step_up'>;

/** The actions that concern second factors. */
export const secondFactorScenarios: Record<SecondFactorAction, Scenario> = {
  mfa_enabled: {
    status: 200,
    run: async ({ app, marked }) => {
      const { id, token } = await app.account();
      const { secret } = (await app.post('users/me/mfa/totp', undefined, { token })).body;
      const send = { token, ...marked };
      const answer = await app.post('users/me/mfa/totp/confirm', { otp: otp(secret) }, send);
      return { answer, event: { actor: id, subject: ['user', id] } };
    },
  },
  mfa_disabled: {
    status: 204,
    run: async ({ app, marked }) => {
      const { id, token } = await secure(app, await app.account());
      const answer = await app.delete('users/me/mfa', { token, ...marked });
      return { answer, event: { actor: id, subject: ['user', id] } };
    },
  },
  mfa_reset: {
    status: 204,
    run: async ({ app, admin, marked }) => {
      const { id } = await secure(app, await app.account());
      const answer = await app.delete(`users/${id}/mfa`, { token: admin.token, ...marked });
      return { answer, event: { actor: admin.id, subject: ['user', id] } };
    },
  },
  recovery_codes_replaced: {
    status: 200,
    run: async ({ app, marked }) => {
      const { id, token } = await secure(app, await app.account());
      const answer = await app.post('users/me/mfa/recovery-codes', undefined, { token, ...marked });
      return { answer, event: { actor: id, subject: ['user', id] } };
    },
  },
  recovery_code_used: {
    status: 204,
    run: async ({ app, marked }) => {
      const { id, token, recoveryCodes } = await secure(app, await app.account());
      const body = { recovery_code: recoveryCodes[0] };
      const answer = await app.post('auth/step-up', body, { token, ...marked });
      return { answer, event: { actor: id, subject: ['user', id] } };
    },
  },
  step_up: {
    status: 204,
    run: async ({ app, user: { id, token }, marked }) => {
      const answer = await app.post('auth/step-up', { password: PASSWORD }, { token, ...marked });
      const { body } = await app.get('auth/token', { token });
      const subject: [string, string] = ['session', body.session_id];
      return { answer, event: { actor: id, subject, details: { method: 'password' } } };
    },
  },
};
