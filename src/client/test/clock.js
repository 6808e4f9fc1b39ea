import { mock } from 'node:test';

const STEP = 100;
const START = 1_795_244_500_000;

let wrong;

/** Time stands still until a test lets it pass. */
export function stopClock() {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: START });
  wrong = 0;
  const passed = Date.now;
  Date.now = () => passed() + wrong;
  Object.defineProperty(performance, 'now', { value: () => passed() - START, configurable: true });
}

export function releaseClock() {
  delete performance.now;
  mock.timers.reset();
}

/** Sets the machine's clock, as a user does, or the machine itself when it wakes: timers and `performance.now()` know nothing of it. */
export function setClock(millis) {
  wrong += millis;
}

/** Lets everything happen that happens without time passing. */
export async function settle() {
  for (let i = 0; i < 3; i++) {
    await new Promise(resolve => setImmediate(resolve));
  }
}

export async function pass(millis, step = STEP) {
  await settle();
  for (let left = millis; left > 0; left -= step) {
    mock.timers.tick(Math.min(step, left));
    await settle();
  }
}

/** Lets time pass until this holds, and gives how long that took. */
export async function until(condition, atMost = 120_000, step = STEP) {
  await settle();
  for (let passed = 0; passed <= atMost; passed += step) {
    if (condition()) {
      return passed;
    }
    await pass(step, step);
  }
  throw new Error(`not within ${atMost} ms: ${condition}`);
}
