# shellcheck shell=bash
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Completion for weightsmith and weightsmith-gui.

_weightsmith() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} verb='' i choices=''
    for ((i = 1; i < COMP_CWORD; ++i)); do
        case ${COMP_WORDS[i]} in
        info | plan | fit | convert | compare | stats | verify | explain | targets | recipes) verb=${COMP_WORDS[i]} && break ;;
        esac
    done
    case $previous in
    --device) choices='auto cpu cuda' ;;
    --dtype) choices='float64 float32 float16 bfloat16 float8_e4m3fn float8_e5m2' ;;
    --format) choices='torch safetensors' ;;
    --as)
        choices='yaml python python-filter command inverse vissl mmengine transformers'
        [[ ${COMP_WORDS[2]} == import ]] && choices='vissl vissl-teacher mmengine transformers vllm vllm-longest torchtune pairs'
        ;;
    targets) choices='list show from' ;;
    recipes) choices='list show explain import export' ;;
    esac
    if [[ -z $choices && $word == -* ]]; then
        choices='--help --quiet --target --recipe'
        case $verb in
        info) choices='--help --quiet --json --keys --filter' ;;
        plan | fit) choices+=' --step --json' ;;
        explain) choices+=' --step' ;;
        convert)
            choices+=' --step --json --output --format --dtype --device --strict --root-key --keep-objects --metadata'
            choices+=' --force --in-place --dry-run --certificate --sha256'
            ;;
        compare) choices+=' --step --json --values' ;;
        stats) choices='--help --quiet --json --filter --device' ;;
        verify) choices='--help --quiet --json --certificate --source --target --device' ;;
        targets) choices='--help --quiet' ;;
        recipes) choices='--help --quiet --as --source --target --dialect' ;;
        esac
    fi
    if [[ -n $choices ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
        return
    fi
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    if [[ -z $verb && $COMP_CWORD == 1 ]]; then
        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W 'info plan fit convert compare stats verify explain targets recipes' -- "$word")
    fi
    compopt -o filenames
}
complete -F _weightsmith weightsmith weightsmith-gui
