import type { HostContract } from '../../src-shared/contract/index.ts'
import type { RetestAnswer } from '../../src-shared/domain/factorRetest.ts'
import type { FactorDay } from '../../src-shared/domain/factorDay.ts'
import type { DayHoldings } from '../../src-shared/domain/holdings.ts'
import type { Lineage } from '../../src-shared/domain/lineage.ts'
import type { StudyComparison } from '../../src-shared/domain/studyComparison.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { runJob } from '../jobs/process.ts'
import { tableWorkbook } from '../report/workbook.ts'
import { sqliteVersion } from '../store/store.ts'
import { projectInfo } from '../store/summary.ts'
import { stepColumn } from '../store/runFiles.ts'
import type { CompareTask } from '../study/compareTask.ts'
import type { FactorDayTask } from '../study/factorDayTask.ts'
import type { HoldingsTask } from '../study/holdingsTask.ts'
import type { LineageTask } from '../study/lineageTask.ts'
import { parseStudy } from '../study/parse.ts'
import type { RetestProgress, RetestTask } from '../study/retestTask.ts'
import type { Handlers } from './router.ts'
import type { ComputeService } from './services/compute.ts'
import type { DiagnosticsService } from './services/diagnostics.ts'
import type { ImportService } from './services/imports.ts'
import type { MappingService } from './services/mappings.ts'
import type { ResourceService } from './services/resources.ts'
import type { SafetyService } from './services/safety.ts'
import type { Session, SessionService } from './services/session.ts'
import { smoothed } from './services/thinned.ts'
import { quickStudy, studyTemplate } from './services/template.ts'
import { APP_VERSION } from './version.ts'

export interface Services {
  readonly sessions: SessionService
  readonly compute: ComputeService
  readonly resources: ResourceService
  readonly imports: ImportService
  readonly mappings: MappingService
  readonly safety: SafetyService
  readonly diagnostics: DiagnosticsService
}

/** The contract's procedures and streams on the services. */
export function createHandlers(
  { sessions, compute, resources, imports, mappings, safety, diagnostics }: Services,
  sampleStudy: URL,
  workerEntry: URL,
  /** The store named at the start being opened; its failure answers `project.current` while nothing else is open. */
  opening: Promise<unknown>,
): Handlers<HostContract> {
  return {
    'app.hostInfo': () => {
      const session = sessions.current()
      return {
        version: APP_VERSION,
        node: process.versions.node,
        sqlite: session === null ? '' : sqliteVersion(session.store),
      }
    },
    'compute.report': () => compute.report(),
    'compute.measure': () => compute.measure(),
    'compute.resources': () => resources.report(),
    'compute.setLimits': (limits) => resources.set(limits),
    'project.current': async () => {
      if (sessions.current() === null) await opening
      const session = sessions.current()
      return session === null ? null : projectInfo(session.store)
    },
    'project.open': ({ path }) => sessions.open(path),
    'project.create': ({ path }) => sessions.create(path),
    'project.openSample': ({ folder }, { signal }) => sessions.openSample(folder, signal),
    'safety.size': () => safety.size(),
    'safety.check': (_input, context) => safety.check(context),
    'safety.backup': ({ path }, context) => safety.backup(path, context),
    'safety.restore': ({ path }, context) => safety.restore(path, context),
    'safety.backups': () => safety.backups(),
    'safety.setAutomaticBackups': ({ automatic }) => safety.setAutomatic(automatic),
    'safety.faults': (_input, emit) => {
      emit({ fault: sessions.fault() })
      return sessions.onFault((fault) => emit({ fault }))
    },
    'safety.fault': () => ({ fault: sessions.fault() }),
    'safety.outlook': (_input, { signal }) => safety.outlook(signal),
    'safety.recover': (_input, context) => safety.recover(context),
    'safety.recoverFrom': ({ path }, context) => safety.recoverFrom(path, context),
    'safety.startAnew': () => safety.startAnew(),
    'safety.retry': () => safety.retry(),
    'safety.forgetFault': () => {
      sessions.noteFault(null)
      return {}
    },
    'diagnostics.save': ({ path }) => diagnostics.save(path),
    'diagnostics.log': (question) => diagnostics.log(question),
    'data.stocks': () => sessions.required().data.stocks(),
    'data.coverage': (_input, context) => sessions.required().data.coverage(context),
    'data.days': async ({ symbols }) => ({ states: await sessions.required().data.days(symbols) }),
    'data.doctor': () => sessions.required().data.doctor(),
    'data.quarantineReasons': () => sessions.required().data.quarantineReasons(),
    'data.quarantine': (page) => sessions.required().data.quarantine(page),
    'data.prices': ({ symbol }) => sessions.required().data.prices(symbol),
    'data.previewRemoval': (removal, { signal }) => sessions.required().data.previewRemoval(removal, signal),
    'data.remove': ({ removal, expected }) => sessions.required().data.remove(removal, expected),
    'imports.preview': ({ paths, ...question }, { signal }) => imports.preview(paths, question, signal),
    'imports.start': ({ paths, ...request }) => imports.start(paths, request),
    'imports.cancel': ({ id }) => imports.cancel(id),
    'imports.events': (_input, emit) => {
      emit(imports.current())
      return imports.subscribe(emit)
    },
    'imports.mappings': () => mappings.list(),
    'imports.keepMapping': ({ name, mapping }) => mappings.keep(name, mapping),
    'imports.forgetMapping': ({ name }) => mappings.forget(name),
    'studies.list': () => sessions.required().studies.list(),
    'studies.template': () => studyTemplate(sessions.required().store, sampleStudy),
    'studies.quickTemplate': () => quickStudy(sessions.required().store, sampleStudy),
    'studies.start': ({ config, workers }) =>
      sessions.required().studies.start(parseStudy(config), { workers }),
    'studies.estimate': ({ config, workers }, { signal }) =>
      sessions.required().studies.estimate(parseStudy(config), { workers }, signal),
    'studies.pause': ({ id }) => sessions.required().studies.pause(id),
    'studies.resume': ({ id, workers }) => sessions.required().studies.resume(id, { workers }),
    'studies.moveFirst': ({ id }) => sessions.required().studies.moveFirst(id),
    'studies.config': ({ id }) => sessions.required().studies.config(id),
    'studies.rename': ({ id, name }) => sessions.required().studies.rename(id, name),
    'studies.tag': ({ id, ...tags }) => sessions.required().studies.tag(id, tags),
    'studies.archive': ({ id, archived }) => sessions.required().studies.archive(id, archived),
    'studies.remove': async ({ id }) => {
      const { studies, landscapes } = sessions.required()
      landscapes.requireUndrawn(id)
      await studies.remove(id)
      return null
    },
    'studies.runs': ({ id }) => sessions.required().studies.runs(id),
    'studies.moveRunsFirst': ({ id, keys }) => sessions.required().studies.moveRunsFirst(id, keys),
    'studies.cancel': ({ id }) => sessions.required().studies.cancel(id),
    'studies.epochs': ({ id }) => sessions.required().studies.epochs(id),
    'studies.steps': ({ id, key, column, points, smoothing }) =>
      smoothed(stepColumn(sessions.required().store, id, key, column), smoothing, points),
    'studies.compare': ({ ids }, { signal }) =>
      runJob<CompareTask, never, StudyComparison>(
        workerEntry,
        { kind: 'compare', ids, store: sessions.required().store.path },
        { signal, onProgress: () => {} },
      ),
    'studies.result': ({ id }) => sessions.required().studies.result(id),
    'studies.convergence': ({ id }) => sessions.required().studies.result(id).convergence,
    'studies.events': (_input, emit) =>
      // The streams outlive a change of project: they follow whichever store is open.
      following(sessions, (session) => session.studies.subscribe(emit)),
    'landscapes.candidates': ({ studyId }) => sessions.required().landscapes.candidates(studyId),
    'landscapes.start': ({ studyId, keys, settings }) =>
      sessions.required().landscapes.start(studyId, keys, settings),
    'landscapes.cancel': ({ id }) => sessions.required().landscapes.cancel(id),
    'landscapes.list': ({ studyId }) => sessions.required().landscapes.list(studyId),
    'landscapes.get': ({ id }) => sessions.required().landscapes.get(id),
    'landscapes.remove': ({ id }) => {
      sessions.required().landscapes.remove(id)
      return null
    },
    'landscapes.events': (_input, emit) =>
      following(sessions, (session) => session.landscapes.subscribe(emit)),
    'portfolios.lineage': ({ studyId, ...question }, { signal }) =>
      runJob<LineageTask, never, Lineage>(
        workerEntry,
        { kind: 'lineage', study: studyId, store: sessions.required().store.path, ...question },
        { signal, onProgress: () => {} },
      ),
    'portfolios.holdings': ({ studyId, ...question }, { signal }) =>
      runJob<HoldingsTask, never, DayHoldings>(
        workerEntry,
        { kind: 'holdings', study: studyId, store: sessions.required().store.path, ...question },
        { signal, onProgress: () => {} },
      ),
    'factors.day': ({ studyId, ...question }, { signal }) =>
      runJob<FactorDayTask, never, FactorDay>(
        workerEntry,
        { kind: 'factorDay', study: studyId, store: sessions.required().store.path, ...question },
        { signal, onProgress: () => {} },
      ),
    'factors.retest': ({ studyId, ...question }, emit, { signal }) => {
      const retest = async (): Promise<RetestAnswer> =>
        runJob<RetestTask, RetestProgress, RetestAnswer>(
          workerEntry,
          { kind: 'retest', study: studyId, store: sessions.required().store.path, ...question },
          { signal, onProgress: (dates) => emit({ type: 'progress', dates }) },
        )
      void retest().then(
        (answer) => emit({ type: 'done', ...answer }),
        (error: unknown) => emit({ type: 'failed', error: PlateauError.from(error).toData() }),
      )
    },
    'reports.document': (question, context) => sessions.required().reports.document(question, context),
    'reports.workbook': (question, context) => sessions.required().reports.workbook(question, context),
    'reports.pictures': (question, context) => sessions.required().reports.pictures(question, context),
    'exports.workbook': (sheet) => tableWorkbook(sheet),
  }
}

/** Subscribed to the open project's service, and to the next one's when another is opened. Returns the unsubscriber. */
function following(sessions: SessionService, subscribe: (session: Session) => () => void): () => void {
  const subscribed = (session: Session | null): (() => void) | null => session && subscribe(session)
  let end = subscribed(sessions.current())
  const stop = sessions.onChange((session) => {
    end?.()
    end = subscribed(session)
  })
  return () => {
    stop()
    end?.()
  }
}
