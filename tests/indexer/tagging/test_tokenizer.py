"""Nothing is lost in tokens."""

from hypothesis import given
from hypothesis import strategies as st

from indexer.tagging.pipeline import build_pipeline


@given(st.text(max_size=120))
def test_tokens_are_the_text(text: str) -> None:
    doc = build_pipeline().make_doc(text)
    assert "".join(token.text_with_ws for token in doc) == text


@given(st.text(alphabet=" \n\t\u00a0điềuĐIỀU15/2018-NĐ.CP,()“”", max_size=80))
def test_blanks_and_signs_are_kept(text: str) -> None:
    assert build_pipeline().make_doc(text).text == text


def test_numbers_stay_whole() -> None:
    doc = build_pipeline().make_doc("Nghị định số 15/2018/NĐ-CP, Luật 59/2020/QH14; 29/2014/TTLT-BTC-BKHCN.")
    words = [token.text for token in doc]
    assert {"15/2018/NĐ-CP", "59/2020/QH14", "29/2014/TTLT-BTC-BKHCN"} <= set(words)
