import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CONFIG, type Config } from '../config/config.js';
import { BulkPool } from './bulk-pool.js';
import { dataSourceOptions } from './data-source.js';
import { Housekeeping } from './housekeeping.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [CONFIG],
      useFactory: (config: Config) => ({
        ...dataSourceOptions(config),
        autoLoadEntities: true,
        retryAttempts: 0, // migrate() has already waited for the database
      }),
    }),
  ],
  providers: [BulkPool, Housekeeping],
  exports: [BulkPool, Housekeeping],
})
export class DatabaseModule {}
