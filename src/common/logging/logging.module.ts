import { type DynamicModule, Global, Module } from '@nestjs/common';
import { FailureReports } from '../reporting/failure-reports.js';
import { Log } from './log.js';

@Global()
@Module({})
export class LoggingModule {
  static with(log: Log, failures: FailureReports): DynamicModule {
    return {
      module: LoggingModule,
      providers: [
        { provide: Log, useValue: log },
        { provide: FailureReports, useValue: failures },
      ],
      exports: [Log, FailureReports],
    };
  }
}
