"""Factor test in alphalens-reloaded, for bench/factor.ts: prints its versions, then per line on standard input one whole
test: seconds of each part as JSON, and after the first its numbers as files in the folder."""

import json
import sys
import time
import warnings

import alphalens
import numpy
import pandas

warnings.filterwarnings("ignore")
folder, days, stocks, tests, horizon, layers = sys.argv[1], *map(int, sys.argv[2:])
answers = sys.stdout
# What it says about dropped rows is not part of the protocol.
sys.stdout = sys.stderr

# From a Monday on, so that every fifth day is the last of its week.
dates = pandas.bdate_range("2015-01-05", periods=days)
vwap = numpy.fromfile(f"{folder}/vwap.f64").reshape(days, stocks)
rows = numpy.fromfile(f"{folder}/factor.f64").reshape(tests, stocks)
test_days = numpy.fromfile(f"{folder}/testDates.i32", dtype="int32")
# Row t holds the vwap of t + 1, so that its forward return is the one the factor test looks at.
prices = pandas.DataFrame(vwap, index=dates).shift(-1)
factor = pandas.DataFrame(rows, index=dates[test_days]).stack().dropna()
factor.index.names = ["date", "asset"]


def answer(value):
    print(json.dumps(value), file=answers, flush=True)


answer({"alphalens": alphalens.__version__, "pandas": pandas.__version__, "python": sys.version.split()[0]})
for turn, _ in enumerate(sys.stdin):
    start = time.perf_counter()
    data = alphalens.utils.get_clean_factor_and_forward_returns(
        factor, prices, periods=(horizon,), quantiles=layers, filter_zscore=None, max_loss=1
    )
    clean = time.perf_counter()
    ic = alphalens.performance.factor_information_coefficient(data)
    correlated = time.perf_counter()
    means, _ = alphalens.performance.mean_return_by_quantile(data, by_date=True, demeaned=False)
    end = time.perf_counter()
    if turn == 0:
        ic.iloc[:, 0].to_numpy("float64").tofile(f"{folder}/ic.f64")
        by_layer = means.iloc[:, 0].unstack("factor_quantile")
        by_layer.to_numpy("float64").tofile(f"{folder}/layers.f64")
    answer({"clean": clean - start, "ic": correlated - clean, "layers": end - correlated, "rows": len(data)})
