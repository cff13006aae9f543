import { computed, type ComputedRef, inject, type InjectionKey, provide } from 'vue'
import { pathText, type StudyIssue } from './issues.ts'

const ISSUES: InjectionKey<() => readonly StudyIssue[]> = Symbol('issues of the study in the form')

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
