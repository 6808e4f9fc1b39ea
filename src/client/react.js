// A channel in a React component. Types: react.d.ts.
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { channelStore } from './store.js';

export function useChannel(kulkul, name, options) {
  // By value: a component writes its options anew each time it is drawn.
  const key = JSON.stringify(options ?? {});
  const store = useMemo(() => channelStore(kulkul, name, JSON.parse(key)), [kulkul, name, key]);
  const snapshot = useSyncExternalStore(store.subscribe, store.getSnapshot, store.getSnapshot);
  const publish = useCallback((...what) => kulkul.channel(name).publish(...what), [kulkul, name]);
  return { ...snapshot, publish };
}
