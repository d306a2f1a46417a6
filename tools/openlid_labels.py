"""Which language-scripts the labels of OpenLID mean, of all three releases: FLORES-200 codes, with changes.

Labels of v1 (Burchell et al. 2023, arXiv 2305.13820; laurieburchell/open-lid-dataset, languages.md at 2e69b9b), of v2
(hplt-project/openlid-v3-evaluation, language-lists/openlid_v2.txt at fe2db84) and of v3 (hplt-project/openlid, README.md at
34ade71: what it changed in v2). A label of a Persian or Arabic text in v3 is the macrolanguage's.
"""

from collections.abc import Collection

V2 = """
ace_Arab ace_Latn acm_Arab acq_Arab aeb_Arab afr_Latn als_Latn amh_Ethi apc_Arab arb_Arab ars_Arab ary_Arab arz_Arab
asm_Beng ast_Latn awa_Deva ayr_Latn azb_Arab azj_Latn bak_Cyrl bam_Latn ban_Latn bel_Cyrl bem_Latn ben_Beng bho_Deva
bjn_Arab bjn_Latn bod_Tibt bos_Latn bug_Latn bul_Cyrl cat_Latn ceb_Latn ces_Latn cjk_Latn ckb_Arab cmn_Hans cmn_Hant
crh_Latn cym_Latn dan_Latn deu_Latn dik_Latn dzo_Tibt ekk_Latn ell_Grek eng_Latn epo_Latn eus_Latn ewe_Latn fao_Latn
fij_Latn fil_Latn fin_Latn fon_Latn fra_Latn fur_Latn fuv_Latn gaz_Latn gla_Latn gle_Latn glg_Latn gug_Latn guj_Gujr
hat_Latn hau_Latn heb_Hebr hin_Deva hne_Deva hrv_Latn hun_Latn hye_Armn ibo_Latn ilo_Latn ind_Latn isl_Latn ita_Latn
jav_Latn jpn_Jpan kab_Latn kac_Latn kam_Latn kan_Knda kas_Arab kas_Deva kat_Geor kaz_Cyrl kbp_Latn kea_Latn khk_Cyrl
khm_Khmr kik_Latn kin_Latn kir_Cyrl kmb_Latn kmr_Latn knc_Arab knc_Latn kor_Hang ktu_Latn lao_Laoo lij_Latn lim_Latn
lin_Latn lit_Latn lmo_Latn ltg_Latn ltz_Latn lua_Latn lug_Latn luo_Latn lus_Latn lvs_Latn mag_Deva mai_Deva mal_Mlym
mar_Deva min_Latn mkd_Cyrl mlt_Latn mni_Beng mos_Latn mri_Latn mya_Mymr nld_Latn nno_Latn nob_Latn npi_Deva nso_Latn
nus_Latn nya_Latn oci_Latn ory_Orya pag_Latn pan_Guru pap_Latn pbt_Arab pes_Arab plt_Latn pol_Latn por_Latn prs_Arab
quy_Latn ron_Latn run_Latn rus_Cyrl sag_Latn san_Deva sat_Olck scn_Latn shn_Mymr sin_Sinh slk_Latn slv_Latn smo_Latn
sna_Latn snd_Arab som_Latn sot_Latn spa_Latn srd_Latn srp_Cyrl ssw_Latn sun_Latn swe_Latn swh_Latn szl_Latn tam_Taml
taq_Latn taq_Tfng tat_Cyrl tel_Telu tgk_Cyrl tha_Thai tir_Ethi tpi_Latn tsn_Latn tso_Latn tuk_Latn tum_Latn tur_Latn
twi_Latn uig_Arab ukr_Cyrl umb_Latn urd_Arab uzn_Latn vec_Latn vie_Latn war_Latn wol_Latn xho_Latn ydd_Hebr yor_Latn
yue_Hant zgh_Tfng zsm_Latn zul_Latn
"""
ONLY_V1 = "ajp_Arab dyu_Latn est_Latn grn_Latn kon_Latn tgl_Latn tzm_Tfng zho_Hans zho_Hant"
ONLY_V3 = "ara_Arab fas_Arab frp_Latn lat_Latn srp_Latn"
LABELS = tuple(sorted({*V2.split(), *ONLY_V1.split(), *ONLY_V3.split()}))

# Labels with a code that FineWeb2, GlotLID and we do not use for the language. `ajp` was merged into `apc` in 2023.
CODES = {"ajp": "apc", "ara": "arb", "est": "ekk", "grn": "gug", "kon": "ktu", "pes": "fas", "tgl": "fil", "zho": "cmn"}
SCRIPTS = {"Hans": "Hani", "Hant": "Hani"}


def languages(known: Collection[str]) -> dict[str, list[str]]:
    """Language-script -> the labels that mean it: its own code first. `known` language-scripts need no other code."""
    found: dict[str, list[str]] = {}
    for label in LABELS:
        iso3, script = label.split("_")
        script = SCRIPTS.get(script, script)
        code = f"{iso3}_{script}"
        if code not in known:
            code = f"{CODES.get(iso3, iso3)}_{script}"
        found.setdefault(code, []).append(label)
    return {code: sorted(labels, key=lambda label: (label != code, label)) for code, labels in found.items()}
