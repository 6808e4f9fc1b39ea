import type { AnyEvents, Channel, Events, Kulkul } from './kulkul.js';
import type { Snapshot, StoreOptions } from './store.js';

export interface UseChannel<E extends Events = AnyEvents> extends Snapshot<E> {
  /** As the channel's own. */
  readonly publish: Channel<E>['publish'];
}

/**
 * Draws a component anew when the connection's or the channel's state changes or events come, at most once in 16 ms.
 * Listens while the component is mounted. Options are compared by value.
 */
export function useChannel<E extends Events = AnyEvents>(
  kulkul: Kulkul,
  name: string,
  options?: StoreOptions<E>,
): UseChannel<E>;
