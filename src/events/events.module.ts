import { Module } from '@nestjs/common';
import { CustomersModule } from '../customers/customers.module.js';
import { UsersModule } from '../users/users.module.js';
import { EventComposer } from './event-composer.js';
import { EventsController } from './events.controller.js';
import { EventsService } from './events.service.js';
import { FeedCursors } from './feed-cursors.js';
import { FeedWatchService } from './feed-watch.service.js';

@Module({
  imports: [CustomersModule, UsersModule],
  controllers: [EventsController],
  providers: [EventsService, EventComposer, FeedCursors, FeedWatchService],
  exports: [EventComposer],
})
export class EventsModule {}
