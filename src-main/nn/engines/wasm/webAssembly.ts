/** The part of JavaScript's WebAssembly that the engine uses; TypeScript has types of it only together with the DOM's. */

declare const moduleBrand: unique symbol
export interface WasmModule {
  readonly [moduleBrand]: true
}

export interface WasmMemory {
  /** As long as the memory is now; one read earlier stays as short as it was. */
  readonly buffer: SharedArrayBuffer
}

export const { WebAssembly: webAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    validate(bytes: Uint8Array): boolean
    readonly Module: new (bytes: Uint8Array) => WasmModule
    readonly Memory: new (limits: { initial: number; maximum: number; shared: true }) => WasmMemory
    readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: object }
  }
}
