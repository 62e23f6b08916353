import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Messenger } from './messenger.js';
import { OutboxMessage } from './outbox-message.entity.js';
import { OutboxWorker } from './outbox-worker.js';
import { Outbox } from './outbox.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([OutboxMessage])],
  providers: [Messenger, Outbox, OutboxWorker],
  exports: [Messenger, Outbox],
})
export class MessagesModule {}
