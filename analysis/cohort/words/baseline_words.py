"""The words of column names that speak of what patients bring with them, in English, Korean and Japanese."""

BASELINE_WORDS = {
    *("prior", "previous", "baseline", "base", "bl", "history", "hx", "before", "pre", "initial", "past", "preop"),
    *("pretreatment", "screening", "이전", "과거", "과거력", "기저", "기저치", "초기", "치료전", "투여전", "수술전"),
    *("전치료", "가족력", "병력", "既往", "既往歴", "家族歴", "前", "治療前", "投与前", "術前", "前治療", "初診時"),
}
"""Words that say that something was known before time zero."""

CHARACTERISTIC_WORDS = {
    *("age", "sex", "gender", "bmi", "bsa", "weight", "height", "ecog", "ps", "kps", "karno", "karnofsky", "asa"),
    *("stage", "bclc", "tnm", "ajcc", "figo", "grade", "gleason", "size", "tumor", "tumour", "tumors", "nodes", "node"),
    *("histology", "celltype", "differentiation", "etiology", "aetiology", "cause", "race", "ethnicity", "smoking"),
    *("smoker", "alcohol", "hbv", "hcv", "hbsag", "hiv", "egfr", "alk", "kras", "braf", "her2", "er", "pgr", "pr"),
    *("msi", "pdl1", "brca", "afp", "pivka", "cea", "ca199", "psa", "ldh", "crp", "albumin", "alb", "bilirubin"),
    *("bil", "tbil", "ast", "alt", "alp", "ggt", "inr", "platelet", "platelets", "plt", "hb", "hgb", "hemoglobin"),
    *("haemoglobin", "wbc", "anc", "neutrophil", "lymphocyte", "nlr", "creatinine", "cr", "bun", "sodium", "na"),
    *("glucose", "hba1c", "albi", "malbi", "meld", "child", "pugh", "cps", "ascites", "encephalopathy", "cirrhosis"),
    *("mvi", "pvtt", "ehs", "metastasis", "metastases", "invasion", "dm", "diabetes", "htn", "hypertension", "ckd"),
    *("copd", "cci", "charlson", "comorbidity", "meno", "menopause", "line", "number", "lesions", "ef", "lvef"),
    *("나이", "연령", "만나이", "성별", "체중", "몸무게", "신장", "키", "수행능력", "수행상태", "활동도", "병기"),
    *("등급", "분화도", "크기", "종양", "종양크기", "종양수", "개수", "림프절", "조직형", "조직", "원인", "병인"),
    *("인종", "흡연", "음주", "고혈압", "당뇨", "당뇨병", "간경변", "간경화", "복수", "간성뇌증", "전이", "간외전이"),
    *("침범", "혈관침범", "문맥침범", "알부민", "빌리루빈", "혈소판", "혈색소", "헤모글로빈", "백혈구", "호중구"),
    *("림프구", "크레아티닌", "알파태아단백", "동반질환", "폐경", "간기능"),
    *("年齢", "性別", "体重", "身長", "病期", "ステージ", "悪性度", "分化度", "腫瘍径", "最大径", "腫瘍", "腫瘍数"),
    *("個数", "リンパ節", "組織型", "原因", "病因", "成因", "人種", "喫煙", "飲酒", "高血圧", "糖尿病", "肝硬変"),
    *("腹水", "脳症", "転移", "肝外転移", "遠隔転移", "浸潤", "脈管侵襲", "門脈侵襲", "アルブミン", "ビリルビン"),
    *("血小板", "血小板数", "ヘモグロビン", "白血球", "好中球", "リンパ球", "クレアチニン", "併存症", "合併症"),
    *("閉経", "肝予備能"),
}
"""Usual characteristics of patients and tumours; a name without one of these may be as good."""

NOMINAL_WORDS = {
    *("etiology", "aetiology", "race", "ethnicity", "ethnic", "histology", "celltype", "site", "location", "type"),
    *("subtype", "gender", "sex", "blood", "원인", "병인", "인종", "조직형", "성별", "위치", "혈액형"),
    *("病因", "成因", "人種", "組織型", "性別", "部位", "血液型"),
}
"""Numbers under such a name are codes without an order."""

NEUTRAL_TERMS = {
    *(
        "진행성",
        "진행암",
        "진행도",
        "단일",
        "일차",
        "일측",
        "일반",
        "기관지",
        "예후",
        "전후",
        "혈전",
        "심부전",
        "신부전",
    ),
    *("간부전", "안전", "회전", "환자군", "진단시", "음전", "양전", "주병변", "주요", "후두", "사망률"),
    *("進行度", "進行癌", "進行期", "前立腺", "前回", "前後", "国際", "日常", "日内", "月経", "主病変", "生存率"),
}
"""Words that hold a shorter word with another meaning."""
