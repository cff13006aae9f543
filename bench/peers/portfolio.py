"""One rebalance solved by other solvers, one solve per line of standard input.

Usage: portfolio.py PROBLEM.json SOLVER   (scipy, scipy-no-presolve, highspy, ecos, clarabel)
PROBLEM: what bench/peers/portfolio.ts writes. Solves once to warm up; prints a JSON line with the versions, then for
every line read one with the milliseconds of putting the problem into the solver's form (`build`) and of the solver itself
(`solve`), and the weights.

scipy, highspy: w = held + buy - sell, sparse columns; highspy has ranged rows and no presolve.
ecos, clarabel: through cvxpy in factor form, y = B'(w - b), risk = |F^(1/2) y|^2 + |D^(1/2) (w - b)|^2; the solver's time
is that of the cone or quadratic program that cvxpy compiled, without cvxpy. Tolerances are the solvers' defaults.
"""

import importlib.metadata
import json
import os
import sys
import time

import numpy as np
import scipy
import scipy.sparse as sparse

with open(sys.argv[1]) as file:
    problem = json.load(file)
solver = sys.argv[2]

alpha, benchmark, held, lower, upper = (
    np.array(problem[name]) for name in ("alpha", "benchmark", "held", "lower", "upper")
)
count = len(held)
rows = sparse.csr_matrix(np.array(problem["rows"]))
row_lower = np.array([-np.inf if bound is None else bound for bound in problem["rowLower"]])
row_upper = np.array([np.inf if bound is None else bound for bound in problem["rowUpper"]])
turnover, cost = problem["turnoverMax"], problem["linearCost"]


def trades():
    """Costs (to be made least), bounds and rows over buy and sell."""
    costs = np.concatenate([cost - alpha, cost + alpha])
    bounds = np.column_stack(
        [
            np.concatenate([np.maximum(0, lower - held), np.maximum(0, held - upper)]),
            np.concatenate([np.maximum(0, upper - held), np.maximum(0, held - lower)]),
        ]
    )
    return costs, bounds, sparse.hstack([rows, -rows], format="csr"), rows @ held


def scipy_highs(presolve):
    from scipy.optimize import linprog

    def build():
        costs, bounds, both, before = trades()
        above, below = np.isfinite(row_upper), np.isfinite(row_lower)
        matrices, limits = [both[above], -both[below]], [(row_upper - before)[above], (before - row_lower)[below]]
        if turnover is not None:
            matrices.append(sparse.csr_matrix(np.ones((1, 2 * count))))
            limits.append([turnover])
        budget = np.concatenate([np.ones(count), -np.ones(count)])[None]
        return dict(
            c=costs,
            A_ub=sparse.vstack(matrices, format="csc"),
            b_ub=np.concatenate(limits),
            A_eq=sparse.csc_matrix(budget),
            b_eq=[1 - held.sum()],
            bounds=bounds,
            method="highs",
            options={"presolve": presolve},
        )

    def solve(built):
        answer = linprog(**built)
        return answer.x

    return build, solve, lambda x: held + x[:count] - x[count:], f"scipy {scipy.__version__}"


def highspy_simplex():
    import highspy

    def build():
        costs, bounds, both, before = trades()
        ones = np.ones((1, count))
        matrix = [sparse.csr_matrix(np.hstack([ones, -ones])), both]
        low, high = [[1 - held.sum()], row_lower - before], [[1 - held.sum()], row_upper - before]
        if turnover is not None:
            matrix.append(sparse.csr_matrix(np.ones((1, 2 * count))))
            low.append([-np.inf])
            high.append([turnover])
        columns = sparse.vstack(matrix, format="csc")
        program = highspy.HighsLp()
        program.num_row_, program.num_col_ = columns.shape
        program.col_cost_, program.col_lower_, program.col_upper_ = costs, bounds[:, 0], bounds[:, 1]
        program.row_lower_, program.row_upper_ = np.concatenate(low), np.concatenate(high)
        program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        program.a_matrix_.start_ = columns.indptr
        program.a_matrix_.index_ = columns.indices
        program.a_matrix_.value_ = columns.data
        return program

    def solve(program):
        model = highspy.Highs()
        for name, value in (("output_flag", False), ("solver", "simplex"), ("presolve", "off")):
            model.setOptionValue(name, value)
        model.passModel(program)
        model.run()
        return np.array(model.getSolution().col_value)

    version = f"highspy {importlib.metadata.version('highspy')}"
    return build, solve, lambda x: held + x[:count] - x[count:], version


def through_cvxpy(name):
    import cvxpy as cp

    risk = problem["risk"]
    exposure = sparse.csc_matrix(np.array(risk["exposure"]).reshape(count, -1))
    values, vectors = np.linalg.eigh(np.array(risk["covariance"]).reshape(exposure.shape[1], -1))
    root = (vectors * np.sqrt(np.maximum(values, 0))).T
    own = np.sqrt(np.array(risk["specific"]))
    aversion, cap, days = problem["riskAversion"], problem["trackingErrorMax"], problem["tradingDaysPerYear"]
    kept = {}

    def build():
        w, y = cp.Variable(count), cp.Variable(exposure.shape[1])
        active = w - benchmark
        trade = cp.norm1(w - held)
        constraints = [cp.sum(w) == 1, w >= lower, w <= upper, y == exposure.T @ active]
        above, below = np.isfinite(row_upper), np.isfinite(row_lower)
        constraints += [rows[above] @ w <= row_upper[above], rows[below] @ w >= row_lower[below]]
        if turnover is not None:
            constraints.append(trade <= turnover)
        objective = alpha @ w
        if cost > 0:
            objective -= cost * trade
        if aversion > 0:
            objective -= aversion / 2 * (cp.sum_squares(root @ y) + cp.sum_squares(cp.multiply(own, active)))
        if cap is not None:
            deviations = cp.hstack([root @ y, cp.multiply(own, active)])
            constraints.append(cp.norm(np.sqrt(days) * deviations) <= cap)
        kept["problem"], kept["w"] = cp.Problem(cp.Maximize(objective), constraints), w
        kept["data"], kept["chain"], kept["inverse"] = kept["problem"].get_problem_data(
            name.upper(), solver_opts={}
        )
        return kept["data"]

    def solve(data):
        return kept["chain"].solve_via_data(kept["problem"], data, solver_opts={})

    def weights(raw):
        kept["problem"].unpack_results(raw, kept["chain"], kept["inverse"])
        return kept["w"].value

    version = f"{name} {importlib.metadata.version(name)}, cvxpy {cp.__version__}"
    return build, solve, weights, version


build, solve, weights_of, version = {
    "scipy": lambda: scipy_highs(True),
    "scipy-no-presolve": lambda: scipy_highs(False),
    "highspy": highspy_simplex,
    "ecos": lambda: through_cvxpy("ecos"),
    "clarabel": lambda: through_cvxpy("clarabel"),
}[solver]()


def once():
    start = time.perf_counter()
    built = build()
    begun = time.perf_counter()
    raw = solve(built)
    end = time.perf_counter()
    times = {"build": 1000 * (begun - start), "solve": 1000 * (end - begun)}
    return {**times, "weights": weights_of(raw).tolist()}


# Solvers greet on standard output, whatever they are told: the answers have it to themselves.
answers = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

once()
print(json.dumps({"version": version}), file=answers, flush=True)
for _ in sys.stdin:
    print(json.dumps(once()), file=answers, flush=True)
