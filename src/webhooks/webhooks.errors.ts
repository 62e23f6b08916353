import { AppError } from '../common/errors/app-error.js';
import { validationFailed } from '../common/errors/errors.js';

export function webhookLimit(maximum: number): AppError {
  return new AppError('webhook_limit', { detail: `The service already has ${maximum} webhooks.` });
}

export function eventsGone(): AppError {
  return new AppError('events_gone');
}

export function notFailed(): AppError {
  return new AppError('not_failed');
}

export function urlRefused(detail: string): AppError {
  return validationFailed([{ pointer: '/url', code: 'format', detail }]);
}

/** A client cannot disable a webhook. */
export function statusRefused(): AppError {
  const detail = 'must be one of active, paused';
  return validationFailed([{ pointer: '/status', code: 'enum', detail }]);
}
