import { Injectable } from '@nestjs/common';
import type { PathItemObject } from '@nestjs/swagger';

/**
 * Collects the section `webhooks` of the OpenAPI document: the requests that the service sends to
 * others. Nest documents only requests that the service receives.
 */
@Injectable()
export class PublishedWebhooks {
  readonly items: Record<string, PathItemObject> = {};

  register(name: string, item: PathItemObject): void {
    this.items[name] = item;
  }
}
