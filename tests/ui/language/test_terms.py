"""One English term is one Korean and one Japanese term, on the screen as in the manuscript."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from ui.language.catalogue import CODES, entries

ROOT = Path(__file__).resolve().parents[3]
MANUSCRIPT = ROOT / "analysis" / "manuscript"
FOLDER = {"ko": "korean", "ja": "japanese"}

OTHERS = {
    "ko": {
        "반응률": "반응율|응답률|관해율",
        "질병 조절": "질병조절|질병 통제",
        "반응 지속기간": "반응 ?기간|반응 지속 기간",
        "스파이더 그림": "거미",
        "최적 반응": "(최고|최선|최상|최대) 반응",
        "완전 반응": "완전반응|완전 관해",
        "부분 반응": "부분반응|부분 관해",
        "안정 병변": "안정병변",
        "진행성 병변": "진행 ?병변",
        "성향점수": "성향 점수|경향 ?점수",
        "선호점수": "선호 점수",
        "매칭": "짝짓기|대응시",
        "캘리퍼": "캘리버|칼리퍼",
        "표준화 평균 차이": "표준화된 평균|표준화 ?평균 ?차(?!이)|표준화평균",
        "공통 지지 범위": "공통 지지 영역|공통지지",
        "위험비": "위험 비(?!율)|위험비율|해저드",
        "오즈비": "교차비|승산비|오즈 비",
        "상대 위험도": "상대위험|위험도 ?비",
        "신뢰구간": "신뢰 구간",
        "신뢰한계": "신뢰 한계",
        "로그순위": "로그 순위|로그-순위|로그랭크",
        "비례위험": "비례 위험",
        "경쟁위험": "경쟁 위험",
        "경쟁 사건": "경쟁사건",
        "누적 발생률": "누적발생|누적 발생율",
        "부분분포": "하위 ?분포|부분 분포",
        "제한평균생존시간": "제한 평균|제한된 평균",
        "전체생존기간": "전체 생존|전체생존(?!기간)",
        "무진행생존기간": "무진행 생존|무진행생존(?!기간)",
        "중앙값": "중위수|중간값|중앙치",
        "중도절단": "중도 절단",
        "위험군": "위험 집단|위험 환자",
        "추적기간": "추적 기간|추적관찰 ?기간",
        "이상사례": "이상 ?반응|부작용",
        "결측값": "결측치",
        "상호작용": "교호작용",
        "로버스트": "강건(?!성)",
        "부트스트랩": "붓스트랩",
        "편향 계수": "편향 인자",
        "E-값": "E-value|E값|E 값",
    },
    "ja": {
        "奏効割合": "奏効率|反応率|奏功",
        "病勢コントロール": "病勢制御|疾患制御",
        "奏効期間": "奏効持続",
        "最良効果": "最良(?!効果|変化)|最高効果",
        "傾向スコア": "プロペンシティ|傾向得点",
        "選好スコア": "選好得点",
        "マッチング": "マッチンク",
        "キャリパー": "カリパー|キャリパ(?!ー)",
        "標準化平均差": "標準化平均値|標準化された平均",
        "共通サポート": "コモンサポート|共通台",
        "ハザード比": "ハザード・?レシオ|危険率比",
        "オッズ比": "オッズレシオ",
        "リスク比": "相対危険|危険比",
        "リスク差": "危険差",
        "信頼区間": "信頼範囲",
        "ログランク": "ログ・ランク|対数順位",
        "比例ハザード": "比例危険",
        "競合リスク": "競合危険|競争リスク",
        "競合イベント": "競合事象|競争イベント",
        "累積発生率": "累積発生割合|累積罹患|累積発現",
        "部分分布": "サブ分布|下位分布",
        "境界内平均生存時間": "制限付き?平均|限定平均",
        "全生存期間": "総生存|全生存率",
        "無増悪生存期間": "無進行|無増悪生存(?!期間)",
        "中央値": "メジアン|メディアン",
        "打ち切り": "打切|センサー",
        "リスク集合": "リスクセット|リスク人数|リスク数|at-risk",
        "追跡期間": "観察期間|フォローアップ期間",
        "有害事象": "有害反応|副作用",
        "欠測値": "欠損",
        "交互作用": "相互作用",
        "ロバスト": "頑健(?!性)|頑強",
        "ブートストラップ": "ブーツストラップ",
        "バイアス係数": "バイアス因子",
        "E値": "E-value|E-値",
    },
}
"""What a term is called, and what else it could be called: a pattern of what no text may hold."""


def spoken(code: str) -> Iterator[str]:
    """Every text that the screen or the manuscript says in a language."""
    yield from entries(code).values()
    for path in (*MANUSCRIPT.glob(f"*/{FOLDER[code]}/*.py"), MANUSCRIPT / "tables" / "words" / f"{FOLDER[code]}.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from (
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
    for path in MANUSCRIPT.rglob("*.yaml"):
        yield from texts_in(YAML(typ="safe").load(path), code)


def texts_in(part: Any, code: str) -> Iterator[str]:
    """The texts in a language of what a file of words holds, however deep they stand."""
    if isinstance(part, dict):
        if isinstance(part.get(code), str):
            yield part[code]
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from texts_in(inner, code)


@pytest.mark.parametrize("code", CODES)
def test_a_term_is_called_one_thing_on_the_screen_and_in_the_manuscript(code: str) -> None:
    texts = sorted(set(spoken(code)))
    for term, others in OTHERS[code].items():
        assert [text for text in texts if re.search(others, text)] == [], term
        assert [text for text in texts if term in text], "a term that nothing says"


@pytest.mark.parametrize("code", CODES)
def test_the_documentation_calls_it_that_too(code: str) -> None:
    text = "".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("languages.md", "glossary.md"))
    assert [term for term in OTHERS[code] if term not in text] == []
    rows = "".join(line for line in text.splitlines() if line.startswith("|"))
    assert [others for others in OTHERS[code].values() if "E-" not in others and re.search(others, rows)] == []
