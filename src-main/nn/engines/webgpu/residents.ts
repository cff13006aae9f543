/** Buffers of a cross-section on the device. */
export interface Resident {
  readonly bytes: number
  destroy(): void
}

/** Cross-sections that stay on the device: the least recently used go first when the memory is spent. */
export interface Residents<Key, Value extends Resident> {
  /** What is resident under `key`, or `make`s it after making room for `bytes`; more than the budget goes alone. */
  use(key: Key, bytes: number, make: () => Value): Value
  drop(key: Key): void
  clear(): void
}

export function createResidents<Key, Value extends Resident>(budget: number): Residents<Key, Value> {
  /** From the least to the most recently used. */
  const held = new Map<Key, Value>()
  let used = 0
  const drop = (key: Key): void => {
    const value = held.get(key)
    if (value === undefined) return
    held.delete(key)
    used -= value.bytes
    value.destroy()
  }
  return {
    use(key, bytes, make) {
      const known = held.get(key)
      if (known !== undefined) {
        held.delete(key)
        held.set(key, known)
        return known
      }
      for (const oldest of held.keys()) {
        if (used + bytes <= budget) break
        drop(oldest)
      }
      const value = make()
      used += value.bytes
      held.set(key, value)
      return value
    },
    drop,
    clear() {
      for (const key of [...held.keys()]) drop(key)
    },
  }
}
