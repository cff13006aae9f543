import {
  computed,
  type ComputedRef,
  inject,
  type InjectionKey,
  onScopeDispose,
  provide,
  shallowReactive,
  watchEffect,
} from 'vue'
import { pathText, type StudyIssue, type Unread } from './issues.ts'

const ISSUES: InjectionKey<() => readonly StudyIssue[]> = Symbol('issues of the study in the form')
const UNREAD: InjectionKey<Set<Unread>> = Symbol('texts of the form that are in no setting')

/** Lets every field of the form below say why its setting is refused. */
export function provideIssues(issues: () => readonly StudyIssue[]): void {
  provide(ISSUES, issues)
}

/** Why the setting at `path`, as study files write it, is refused. */
export function useIssuesAt(path: () => string): ComputedRef<readonly string[]> {
  const issues = inject(ISSUES, () => [])
  return computed(() =>
    issues()
      .filter((issue) => pathText(issue.path) === path())
      .map(({ text }) => text),
  )
}

/** Lets fields of the form below keep it from being started while they hold a text that they could not read. */
export function provideUnread(): ReadonlySet<Unread> {
  const unread = shallowReactive(new Set<Unread>())
  provide(UNREAD, unread)
  return unread
}

/** Tells the form what a field of it could not read; null: nothing. */
export function useUnread(text: () => Unread | null): void {
  const unread = inject(UNREAD, new Set<Unread>())
  let told: Unread | null = null
  const tell = (next: Unread | null): void => {
    if (told !== null) unread.delete(told)
    if (next !== null) unread.add(next)
    told = next
  }
  watchEffect(() => tell(text()), { flush: 'sync' })
  onScopeDispose(() => tell(null))
}
