/** The XML reader inside the workbook library: the events of each chunk of text, as they are asked for. */
declare module 'exceljs/lib/utils/parse-sax.js' {
  export type SaxEvent =
    | {
        readonly eventType: 'opentag'
        readonly value: {
          readonly name: string
          readonly attributes: Readonly<Record<string, string | undefined>>
        }
      }
    | { readonly eventType: 'closetag'; readonly value: { readonly name: string } }
    | { readonly eventType: 'text'; readonly value: string }

  export default function parseSax(chunks: AsyncIterable<string>): AsyncGenerator<readonly SaxEvent[]>
}
