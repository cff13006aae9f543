/** The class of workbooks without the library's streams, which bring packages of their own: some of them without a licence. */
declare module 'exceljs/lib/doc/workbook.js' {
  export { Workbook as default } from 'exceljs'
}
