import { isDeepStrictEqual } from 'node:util';
import type { FieldError } from '../common/errors/app-error.js';
import { validationFailed } from '../common/errors/errors.js';
import type { Webhook } from './webhook.entity.js';
import type { CreateWebhookBody, UpdateWebhookBody } from './webhooks.dto.js';

/** The fields that a client sent. */
export type WebhookPatch = Partial<Pick<Webhook, 'url' | 'types' | 'description' | 'status'>>;

/** Converts a body to its stored form. @throws AppError 400 for null in a field that cannot be null */
export function patchOf(body: CreateWebhookBody | UpdateWebhookBody): WebhookPatch {
  const { url, types, description } = body;
  const status = 'status' in body ? body.status : undefined;
  const isNull = Object.entries({ url, types, status }).filter(([, value]) => value === null);
  if (isNull.length > 0) throw validationFailed(isNull.map(([field]) => mustNotBeNull(field)));
  return {
    ...(url && { url: new URL(url).href }),
    ...(types && { types: [...new Set(types)] }),
    ...(description !== undefined && { description }),
    ...(status && { status }),
  };
}

/** The fields of the patch that differ from the webhook. */
export function diffOf(webhook: Webhook, patch: WebhookPatch): WebhookPatch {
  const entries = Object.entries(patch) as [keyof WebhookPatch, unknown][];
  return Object.fromEntries(
    entries.filter(([field, value]) => !isDeepStrictEqual(webhook[field], value)),
  );
}

function mustNotBeNull(field: string): FieldError {
  return { pointer: `/${field}`, code: 'required', detail: 'is required' };
}
