/** `openUnchecked` that validates every response and event with the schemas of the contract. */
import { expect } from 'vitest';
import { eventSchema, requests } from '../../../electron/contract/contract';
import { openUnchecked, type OpenedService, type ServiceChanges } from './service-client';

export {
  endings,
  freshFolder,
  builtInIds,
  builtInModels,
  type OpenedService,
  type ServiceChanges,
} from './service-client';

const check: NonNullable<ServiceChanges['check']> = {
  event: (event) => expect(eventSchema.parse(event)).toEqual(event),
  output: (name, output) => expect(requests[name].output.parse(output)).toEqual(output),
};

export const openService = (options: Omit<ServiceChanges, 'check'> = {}): Promise<OpenedService> =>
  openUnchecked({ ...options, check });
