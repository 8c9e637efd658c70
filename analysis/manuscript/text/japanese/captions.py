"""Captions and abbreviations in Japanese."""

from analysis.manuscript.text.captions import CaptionWords
from analysis.manuscript.text.japanese.words import UNITS

ABBREVIATIONS = {
    "ATC": "対照群における平均治療効果",
    "ATE": "平均治療効果",
    "ATM": "マッチング可能な患者における平均治療効果",
    "ATO": "オーバーラップ集団における平均治療効果",
    "ATT": "治療群における平均治療効果",
    "CI": "信頼区間",
    "CR": "完全奏効",
    "HR": "ハザード比",
    "NE": "評価不能",
    "NR": "未到達",
    "PD": "進行",
    "PR": "部分奏効",
    "PS": "傾向スコア",
    "RMST": "境界内平均生存時間",
    "SD": "安定",
    "SMD": "標準化平均差",
}

_ARMS = "{treated}群と{control}群"

CAPTIONS = CaptionWords(
    figures={
        "flow": (
            "患者選択のフローチャート。",
            "各段階に残った患者数と除外理由を群別に示す。",
            f"{_ARMS}の患者選択のフローチャート。",
        ),
        "missing": (
            "群別の共変量の欠測。",
            "欠測のある各共変量について値のない患者を示す。",
            f"{_ARMS}の共変量別の欠測割合の図。",
        ),
        "balance": (
            "{when}の共変量のバランス。",
            "標準化平均差のLove plot。線は0.1と0.2を示す。",
            "{when}の共変量別標準化平均差のLove plot。",
        ),
        "overlap": (
            "{when}の傾向スコアの分布。",
            "両群の傾向スコアを向かい合うヒストグラムで示す。",
            f"{{when}}の{_ARMS}の傾向スコアのヒストグラム。",
        ),
        "calibration": (
            "傾向スコアの較正。",
            "同じ大きさの集団ごとの平均スコアと観察された治療割合（{ci}）。対角線は完全な較正を示す。",
            "予測スコアに対する{treated}群の観察割合の図。",
        ),
        "left_out": (
            "比較に含まれた患者と除外された患者。",
            "比較に含まれた患者と全患者の共変量の差を、各群の全患者の標準偏差を単位として示す。",
            f"{_ARMS}における含まれた患者と全患者の差の図。",
        ),
        "weights": ("{when}の患者の重み。", "各群で平均1とした重みの分布。", f"{_ARMS}の重みの分布。"),
        "survival": (
            "{when}の群別{endpoint}。",
            "Kaplan–Meier曲線。帯は{ci}、目盛りは打ち切りを示す。時間の単位は{unit}、ハザード比の基準は{control}群である。",
            f"{{when}}の{_ARMS}の{{endpoint}}のKaplan–Meier曲線。",
        ),
        "incidence": (
            "{when}の群別{endpoint}累積発生率。",
            "競合イベントを考慮したAalen–Johansen推定値。時間の単位は{unit}、ハザード比の基準は{control}群である。",
            f"{{when}}の{_ARMS}の{{endpoint}}の累積発生率曲線。",
        ),
        "response": (
            "{when}の群別効果。",
            "棒は最良効果別の患者、印は奏効割合と{ci}を示す。",
            f"{{when}}の{_ARMS}の最良効果と奏効割合の図。",
        ),
        "endpoints": (
            "{when}の全評価項目における効果。",
            "{control}群に対する{treated}群の効果と{ci}。",
            "{when}の全評価項目の効果と信頼区間の図。",
        ),
        "cox": (
            "{when}の{endpoint}のCoxモデル。",
            "治療と共変量の単変量および多変量ハザード比と{ci}。",
            "{when}の{endpoint}のハザード比のフォレストプロット。",
        ),
        "subgroups": (
            "{when}の{endpoint}のサブグループ解析。",
            "各サブグループにおける{control}群に対する{treated}群の効果と{ci}。交互作用検定は検定数を調整していない。",
            "{when}の{endpoint}のサブグループ効果のフォレストプロット。",
        ),
        "curve": (
            "{endpoint}に対する効果の仕様曲線。",
            "各点は一つの解析仕様の推定値と{ci}であり、下に選択内容を示す。",
            "推定値の順に並べた全解析仕様の推定値と選択内容。",
        ),
        "orders": (
            "無作為なマッチング順による{endpoint}に対する効果。",
            "マッチングの順のみを変えたときの推定値の分布。",
            "無作為なマッチング順による推定値の分布。",
        ),
        "waterfall": (
            "{when}の{endpoint}による病変の最大変化。",
            "棒は患者1例のベースラインからの病変径和の最大変化率であり、線は奏効と増悪の基準を示す。",
            f"{{when}}の{_ARMS}のウォーターフォールプロット。",
        ),
        "spider": (
            "{when}の{endpoint}による病変の経過。",
            "線は患者1例のベースラインからの病変径和の変化率であり、白抜きの印は増悪を示す。時間の単位は{unit}である。",
            f"{{when}}の{_ARMS}のスパイダープロット。",
        ),
        "swimmer": (
            "{when}の{endpoint}による患者別の経過。",
            "棒は患者1例であり、濃い色は奏効中を示す。印は奏効、増悪、死亡、追跡終了を示す。時間の単位は{unit}である。",
            f"{{when}}の{_ARMS}のスイマープロット。",
        ),
        "agreement": (
            "{when}の{endpoint}の一致度。",
            "両規準の最良効果別の患者数。対角線は一致を示す。",
            "{when}の両規準の最良効果のクロス表。",
        ),
        "adverse_events": (
            "{when}の群別有害事象。",
            "全グレードおよびグレード3以上の有害事象のある患者と差（{ci}）。",
            f"{{when}}の{_ARMS}の有害事象割合の図。",
        ),
        "tipping": (
            "{when}の{endpoint}に対する効果の未測定交絡によるティッピングポイント。",
            "二値交絡因子の割合ごとに、推定値または信頼限界を説明するのに必要な交絡の強さを示す。",
            "{when}の{endpoint}に対する効果を打ち消す交絡の強さの曲線。",
        ),
        "centres": (
            "{when}の施設別{endpoint}に対する効果。",
            "各施設における{control}群に対する{treated}群の効果と{ci}。",
            "{when}の施設別{endpoint}効果のフォレストプロット。",
        ),
    },
    populations={
        ("matching", "before"): "マッチング前",
        ("matching", "after"): "マッチング後",
        ("matching", "compare"): "マッチング前後",
        ("weighting", "before"): "重み付け前",
        ("weighting", "after"): "重み付け後",
        ("weighting", "compare"): "重み付け前後",
    },
    numbers="{treated}群{n_treated}例、{control}群{n_control}例",
    both="前：{before}。後：{after}。",
    at_risk="軸の下の数はリスク集合の患者数である。",
    no_counts="少数の患者数を伏せるため、リスク集合の患者数は示さない。",
    imputed="マッチングまたは重み付け後の結果は補完データ{n}個のうち{shown}番の結果である。",
    effective="重み付けした患者の有効患者数を併記する。",
    abbreviated="{list}。",
    pair="{short}：{meaning}",
    between="、",
    joiner="",
    units=UNITS,
)
